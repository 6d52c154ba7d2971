"""Who may open what, written by hand from the product's rules: not from the table that the code reads.

A letter for each role in the order of ROLES, then one for somebody who is not signed in: "+" it is shown or asked for,
"." it is refused. Things that lie somewhere have a word for each place: one's own, one's team's, another team's.
"""

from dataclasses import dataclass

from scheduling.accounts.roles import Role

ROLES = (Role.COORDINATOR, Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
NEAR = ("own", "team", "other")
# Nobody has an id like this; one that belongs to another tenant must look the same.
NOWHERE = ("unknown", "another tenant's")


@dataclass(frozen=True, slots=True)
class Row:
    """An address with a place for the thing, and who may open it: one word for each of NEAR, or one for all."""

    address: str
    allowed: tuple[str, ...]

    def expected(self, near: str, role: Role) -> bool:
        if near in NOWHERE:
            return False
        word = self.allowed[NEAR.index(near)] if len(self.allowed) > 1 else self.allowed[0]
        return word[ROLES.index(role)] == "+"


#                                                                   own      team     other
VISITS = (
    Row("/appointments/{}/", ("++...", "+....", ".....")),
    Row("/appointments/{}/move/", ("++...", "+....", ".....")),
    Row("/appointments/{}/edit/", ("++...", "+....", ".....")),
    Row("/appointments/{}/cancel/", ("++...", "+....", ".....")),
    Row("/appointments/{}/delete/", ("+....", "+....", ".....")),
    Row("/appointments/{}/visit.ics", ("++...", "+....", ".....")),
)
PEOPLE = (
    Row("/week/{}/2026-W48/", ("++++.", "++++.", "+..+.")),
    Row("/hours/{}/", ("++++.", "++++.", "+..+.")),
    Row("/hours/{}/history/", ("++++.", "++++.", "+..+.")),
    Row("/hours/{}/new/", ("++...", "+....", ".....")),
    Row("/hours/{}/copy/", ("++...", "+....", ".....")),
    Row("/hours/{}/rotation/", ("++...", "+....", ".....")),
    Row("/hours/{}/contract/", ("..++.", "..++.", "...+.")),
    Row("/people/users/{}/", ("...+.", "...+.", "...+.")),
    Row("/utilisation/{}/2026-W48/", (".++..", "..+..", ".....")),
    Row("/utilisation/report/?person={}", (".++..", "..+..", ".....")),
    Row("/utilisation/report/file.csv?person={}", (".++..", "..+..", ".....")),
    Row("/utilisation/report/parts/?figure=booked&person={}", (".++..", "..+..", ".....")),
)
PATIENTS = (Row("/patients/{}/", ("++...", "++...", "++...")),)
TEAMS = (
    Row("/utilisation/?team={}", ("..+..", "..+..", ".....")),
    Row("/utilisation/report/?team={}", ("..+..", "..+..", ".....")),
    Row("/utilisation/report/file.xlsx?team={}", ("..+..", "..+..", ".....")),
)
CLINIC = (
    Row("/week/", ("++++.",)),
    Row("/day/", ("++++.",)),
    Row("/team/", ("++++.",)),
    Row("/find/", ("++...",)),
    Row("/appointments/new/", ("++...",)),
    Row("/invitations/", ("++++.",)),
    Row("/hours/", ("++++.",)),
    Row("/hours/locks/", ("..++.",)),
    Row("/leave/", ("++++.",)),
    Row("/leave/new/", ("++...",)),
    Row("/closures/", ("+++++",)),
    Row("/closures/new/", ("..++.",)),
    Row("/closures/places/new/", ("..++.",)),
    Row("/utilisation/", (".++..",)),
    Row("/utilisation/report/", (".++..",)),
    Row("/utilisation/report/file.csv", (".++..",)),
    Row("/utilisation/report/file.xlsx", (".++..",)),
    Row("/utilisation/report/parts/?figure=booked", (".++..",)),
    Row("/patients/new/", ("+....",)),
    Row("/people/", ("+++++",)),
    Row("/people/connection/", ("...+.",)),
    Row("/people/logins/", ("...+.",)),
    Row("/people/logins/new/", ("...+.",)),
    Row("/people/teams/", ("...+.",)),
    Row("/people/teams/new/", ("...+.",)),
    Row("/people/users/new/", ("...+.",)),
    Row("/people/visits/", ("...+.",)),
    Row("/audit/", ("...++",)),
    Row("/emergency/", ("+....",)),
    Row("/account/feed/", (".+...",)),
    Row("/account/", ("+++++",)),
    Row("/keys/", ("+++++",)),
)
