"""From a recipe to a whole clinic in the API's own field names."""

from scheduling.sandbox.clinic.book import Book
from scheduling.sandbox.clinic.leave import add_leave
from scheduling.sandbox.clinic.people import Member, members, patients, staff, teams
from scheduling.sandbox.clinic.recipe import Recipe, Row
from scheduling.sandbox.clinic.shifts import work_hours
from scheduling.sandbox.clinic.together import add_groups, add_invitations
from scheduling.sandbox.clinic.visits import add_oddities, add_visits


def generate(recipe: Recipe) -> Row:
    """The clinic of a recipe: `users`, `patients`, `workHours`, `events` (welkin-api 3, 4, 6, 7), `teams`, `people`.

    `people` names a user id for each demo login. The same recipe gives the same rows in the same order.
    """
    staff_rows = staff(recipe)
    clinicians = members(recipe, staff_rows)
    patient_rows = patients(recipe, clinicians)
    hours = [work_hours(recipe, member) for member in clinicians]
    book = _book(recipe, clinicians, hours, patient_rows)
    for fill in (add_leave, add_groups, add_invitations, add_visits, add_oddities):
        fill(book)
    return {
        "users": [member.row for member in clinicians] + staff_rows,
        "patients": patient_rows,
        "workHours": hours,
        "events": sorted(book.rows, key=lambda row: (row["startDateTime"], row["id"])),
        "teams": teams(clinicians),
        "people": {
            "coordinator": staff_rows[0]["id"],
            "manager": staff_rows[2]["id"],
            "clinician": clinicians[0].id,
            "administrator": staff_rows[4]["id"],
        },
    }


def _book(recipe: Recipe, clinicians: list[Member], hours: list[Row], patient_rows: list[Row]) -> Book:
    carers = {row["id"]: [carer["id"] for carer in row["careTeam"]] for row in patient_rows}
    panels: dict[str, list[str]] = {member.id: [] for member in clinicians}
    for patient, ids in carers.items():
        for carer in ids:
            panels[carer].append(patient)
    return Book(recipe, clinicians, {row["psmId"]: row["details"] for row in hours}, panels, carers)
