"""The permission table: which role may do what, and with whose calendar.

It is data, read by one predicate. `Scope` says whose: OWN is the person the login is tied to, TEAM the people of the
teams that the login looks after (a clinician: works in) and its own, ANY everybody. Services ask `may`; pages use the
same answer to decide what they offer, so that nothing is offered that would be refused. Source: reliability 3.
"""

from dataclasses import dataclass
from enum import IntEnum

import rules

from .models import Account
from .roles import Role


class Scope(IntEnum):
    NOBODY = 0
    OWN = 1
    TEAM = 2
    ANY = 3


C, K, M, A, R = Role.COORDINATOR, Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR
NOBODY, OWN, TEAM, ANY = Scope.NOBODY, Scope.OWN, Scope.TEAM, Scope.ANY

TABLE: dict[str, dict[Role, Scope]] = {
    # See who is busy when, without names of patients.
    "calendar.busy": {C: ANY, K: TEAM, M: TEAM, A: ANY},
    # See the visits themselves: patient, title, remarks.
    "calendar.names": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    "appointment.book": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    # A visit moves in the calendars of all its staff, so the right is asked for with each of them, not the host alone.
    "appointment.move": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    "appointment.edit": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    "appointment.cancel": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    "appointment.delete": {C: TEAM, K: NOBODY, M: NOBODY, A: NOBODY},
    "appointment.mark": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    # Save although something is in the way; the reason is kept.
    "appointment.override": {C: TEAM, K: NOBODY, M: NOBODY, A: NOBODY},
    "invitation.answer": {C: TEAM, K: OWN, M: OWN, A: OWN},
    "hours.see": {C: ANY, K: TEAM, M: TEAM, A: ANY},
    # A coordinator's team here is the people whose team leaves their hours to its coordinators (services/desk.py).
    "hours.set": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    # Close days of a team or of one person against changes of their hours, and open them again.
    "hours.lock": {C: NOBODY, K: NOBODY, M: TEAM, A: ANY},
    # How many hours a week somebody is engaged for.
    "hours.contract": {C: NOBODY, K: NOBODY, M: TEAM, A: ANY},
    # A coordinator asks for somebody who cannot do it in person; only managers grant.
    "leave.ask": {C: TEAM, K: OWN, M: NOBODY, A: NOBODY},
    "leave.grant": {C: NOBODY, K: NOBODY, M: TEAM, A: ANY},
    # Closures belong to a place, not to somebody's calendar: ANY or NOBODY.
    "closure.set": {C: NOBODY, K: NOBODY, M: ANY, A: ANY},
    "utilisation.see": {C: NOBODY, K: OWN, M: TEAM, A: NOBODY},
    # Patients belong to nobody's calendar: ANY or NOBODY.
    "patient.find": {C: ANY, K: ANY, M: NOBODY, A: NOBODY},
    "patient.create": {C: ANY, K: NOBODY, M: NOBODY, A: NOBODY},
    "people.see": {C: ANY, K: ANY, M: ANY, A: ANY, R: ANY},
    # A private calendar feed of one's own visits.
    "feed.own": {C: NOBODY, K: OWN, M: NOBODY, A: NOBODY},
    # Logins, roles, invitations and the sessions of others.
    "login.manage": {C: NOBODY, K: NOBODY, M: NOBODY, A: ANY},
    # Teams, Welkin users, locations and default lengths of visits.
    "clinic.manage": {C: NOBODY, K: NOBODY, M: NOBODY, A: ANY},
    # See patients' names outside one's own teams for a short time, for a reason that is kept.
    "emergency.open": {C: ANY, K: NOBODY, M: NOBODY, A: NOBODY},
    "audit.read": {C: NOBODY, K: NOBODY, M: NOBODY, A: ANY, R: ANY},
    "system.see": {C: NOBODY, K: NOBODY, M: NOBODY, A: ANY},
}
ACTIONS = tuple(TABLE)


@dataclass(frozen=True, slots=True)
class Reach:
    """How near somebody's calendar is to a login: its own, of its teams, or of others."""

    own: bool = False
    team: bool = False


EVERYBODY = Reach()


def scope_of(account: Account, action: str) -> Scope:
    """How far the account's role reaches in an action. Raises KeyError for an unknown action."""
    return TABLE[action].get(Role(account.role), NOBODY) if account.is_active else NOBODY


def may(account: Account, action: str, reach: Reach = EVERYBODY) -> bool:
    """Whether the account may do the action with a calendar that lies so near."""
    scope = scope_of(account, action)
    if scope is TEAM:
        return reach.team or reach.own
    return scope is ANY or (scope is OWN and reach.own)


def _predicate(action: str) -> rules.Predicate:
    return rules.Predicate(lambda account, reach: may(account, action, reach or EVERYBODY), name=f"may_{action}")


for _action in ACTIONS:
    rules.add_perm(f"daybook.{_action}", _predicate(_action))
