"""The plain words of the clinic: teams, kinds of visit with their usual lengths, places and remarks."""

from dataclasses import dataclass

PRIMARY, BEHAVIOURAL, MANAGEMENT, SPECIALTY = "Primary care", "Behavioural health", "Care management", "Specialty care"
TEAMS = (PRIMARY, BEHAVIOURAL, MANAGEMENT, SPECIALTY)

CREDENTIALS = {
    PRIMARY: ("MD", "NP", "DO", "PA", "RN", "MD"),
    BEHAVIOURAL: ("LCSW", "PsyD", "LMFT", "PhD", "LPC"),
    MANAGEMENT: ("RN, CCM", "LSW", "CHW", "BSN"),
    SPECIALTY: ("RD", "PharmD", "RN", "DPT", "CDCES"),
}

ROLES = {
    PRIMARY: "physician",
    BEHAVIOURAL: "therapist",
    MANAGEMENT: "care-manager",
    SPECIALTY: "specialist",
}

IN_PERSON, CALL, VIDEO = "IN-PERSON", "CALL", "VIDEO"
APPOINTMENT, GROUP, LEAVE, ENCOUNTER = "APPOINTMENT", "GROUP_THERAPY", "LEAVE", "ENCOUNTER"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of visit: its title, the lengths it is booked with (minutes), its usual modes and its event type."""

    title: str
    lengths: tuple[int, ...]
    modes: tuple[str, ...] = (IN_PERSON,)
    type: str = APPOINTMENT
    weight: float = 2


MIXED = (IN_PERSON, IN_PERSON, VIDEO)
REMOTE = (CALL, VIDEO, CALL)

VISITS: dict[str, tuple[Kind, ...]] = {
    PRIMARY: (
        Kind("Follow-up visit", (20, 30, 30), MIXED, weight=6),
        Kind("Annual wellness visit", (45, 60), type=ENCOUNTER, weight=2.4),
        Kind("New patient visit", (45, 60, 60), weight=3),
        Kind("Blood pressure check", (15, 20)),
        Kind("Medication review", (20, 30), (IN_PERSON, VIDEO, CALL), weight=3),
        Kind("Lab results review", (15, 20), REMOTE),
        Kind("Vaccination visit", (15,), weight=1),
        Kind("Telehealth visit", (20, 30), (VIDEO,), weight=3),
        Kind("Chronic care visit", (30, 45, 60), weight=4),
    ),
    BEHAVIOURAL: (
        Kind("Individual therapy", (45, 50, 50, 60), (IN_PERSON, VIDEO), weight=8),
        Kind("Intake assessment", (60, 90), (IN_PERSON, IN_PERSON, VIDEO)),
        Kind("Family session", (50, 60, 90), MIXED),
        Kind("Follow-up visit", (30, 45), (VIDEO, IN_PERSON), weight=3),
        Kind("Check-in call", (15, 20), (CALL,)),
        Kind("Behavioural health encounter", (45, 60), type=ENCOUNTER, weight=1.2),
    ),
    MANAGEMENT: (
        Kind("Care plan review", (30, 45), (IN_PERSON, VIDEO, CALL), weight=5),
        Kind("Home visit", (60, 90), weight=3),
        Kind("Transition of care call", (20, 30), (CALL,), weight=3),
        Kind("Benefits and resources review", (30, 45), REMOTE),
        Kind("Monthly outreach call", (15, 20), (CALL,), weight=3),
        Kind("Discharge planning", (45, 60), MIXED),
        Kind("Family meeting", (45, 60), (IN_PERSON, VIDEO)),
        Kind("Care management encounter", (30, 45), REMOTE, ENCOUNTER, 1.2),
    ),
    SPECIALTY: (
        Kind("Nutrition counselling", (45, 60), (IN_PERSON, VIDEO), weight=5),
        Kind("Diabetes education", (30, 45, 60), MIXED, weight=4),
        Kind("Wound care", (30, 45), weight=3),
        Kind("Physical therapy", (45, 50, 60), weight=4),
        Kind("Medication reconciliation", (20, 30), REMOTE),
        Kind("Foot care", (20, 30)),
        Kind("Specialist encounter", (30, 45), type=ENCOUNTER, weight=1.2),
    ),
}

GROUPS: dict[str, tuple[Kind, ...]] = {
    BEHAVIOURAL: (
        Kind("Stress management group", (60,), (IN_PERSON,), GROUP),
        Kind("Sleep skills group", (90,), (VIDEO,), GROUP),
        Kind("Parenting skills group", (90,), (IN_PERSON,), GROUP),
        Kind("Mindfulness group", (60,), (IN_PERSON,), GROUP),
    ),
    MANAGEMENT: (Kind("Caregiver support group", (60,), (VIDEO,), GROUP),),
    SPECIALTY: (
        Kind("Diabetes education class", (90,), (IN_PERSON,), GROUP),
        Kind("Healthy eating group", (60,), (VIDEO,), GROUP),
    ),
    PRIMARY: (Kind("Heart health class", (60,), (IN_PERSON,), GROUP),),
}

JOINT = (
    Kind("Case conference", (30, 45), (VIDEO,)),
    Kind("Joint care plan visit", (45, 60), (IN_PERSON, VIDEO)),
    Kind("Warm handoff", (20, 30), (IN_PERSON,)),
    Kind("Family meeting", (45, 60), (IN_PERSON, VIDEO)),
)
"""Visits to which a second clinician is invited."""

LEAVE_TITLES = ("Annual leave", "Training day", "Personal leave", "Jury duty", "Family leave")

DESCRIPTIONS = (
    "Review progress since the last visit and agree on next steps.",
    "Patient asked to go over the care plan together.",
    "Bring the home readings from the past two weeks.",
    "First visit after the referral.",
    "Go through the questionnaire that was sent ahead.",
)

REMARKS = (
    "Interpreter booked (Spanish)",
    "Bring medication list",
    "Step-free access needed",
    "Prefers a morning time",
    "Asks for a reminder call",
    "Send the intake form first",
    "Family member joins by phone",
    "Arrives by community shuttle",
)

CANCEL_REMARKS = ("Cancelled by patient", "Clinician unavailable", "Rebooked for another day", "Transport fell through")


def location(title: str, mode: str, room: int) -> str:
    """Where a visit takes place, in the words a front desk would use."""
    if title == "Home visit":
        return "Patient's home"
    if mode == VIDEO:
        return "Video link"
    return "Phone" if mode == CALL else f"Room {room}"
