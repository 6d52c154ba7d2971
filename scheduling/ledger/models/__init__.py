"""Our own tables about changes: wishes, claims on time, what is open, and what came of everything."""

from .audit import AuditCheck as AuditCheck
from .audit import AuditRecord as AuditRecord
from .audit import AuditSeal as AuditSeal
from .calls import CallBudget as CallBudget
from .claims import Claim as Claim
from .claims import OpenEdit as OpenEdit
from .clashes import Clash as Clash
from .drafts import Draft as Draft
from .emergency import EmergencyGrant as EmergencyGrant
from .intents import Intent as Intent
from .kept import KeptChange as KeptChange
from .kept import KeptEvent as KeptEvent
from .kept import KeptRead as KeptRead
from .presence import Presence as Presence
from .runs import Run as Run
from .runs import RunPart as RunPart
from .steps import Step as Step
