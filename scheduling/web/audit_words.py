"""The words of the audit trail: actions and outcomes. Unknown ones stay as they are."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from scheduling.web.words import Word

ACTIONS: Mapping[str, Word] = {
    "access.denied": _("Asked for what the role may not"),
    "appointment.attend": _("Noted who came"),
    "appointment.book": _("Booked a visit"),
    "appointment.cancel": _("Cancelled a visit"),
    "appointment.delete": _("Deleted a visit"),
    "appointment.edit": _("Changed a visit"),
    "appointment.export": _("Took a visit's calendar file"),
    "appointment.join": _("Added a patient to a session"),
    "appointment.keep": _("Kept a visit without hours"),
    "appointment.mark": _("Marked a visit"),
    "appointment.move": _("Moved a visit"),
    "appointment.read": _("Looked at a visit"),
    "appointment.restore": _("Set a visit back to scheduled"),
    "appointment.take_out": _("Took a patient out of a session"),
    "appointment.unkeep": _("Took back that a visit is kept"),
    "appointment.unmark": _("Took back a mark"),
    "appointment.withdraw": _("Took back a visit that came twice or too late"),
    "audit.read": _("Looked through the audit trail"),
    "closure.change": _("Changed a closure"),
    "closure.delete": _("Deleted a closure"),
    "closure.make": _("Closed days"),
    "emergency.end": _("Ended emergency access"),
    "emergency.open": _("Opened emergency access"),
    "emergency.seen": _("Looked at an emergency access"),
    "feed.detail": _("Changed what a calendar feed shows"),
    "feed.make": _("Made a calendar feed"),
    "feed.revoke": _("Closed a calendar feed"),
    "feed.rotate": _("Made a new address for a feed"),
    "holiday.work": _("Opened or closed a public holiday"),
    "hours.contract": _("Set contract hours"),
    "hours.delegate": _("Changed who sets a team's hours"),
    "hours.lock": _("Locked hours"),
    "hours.rotate": _("Set weeks that take turns"),
    "hours.set": _("Set work hours"),
    "hours.unlock": _("Unlocked hours"),
    "invitation.answer": _("Answered an invitation"),
    "leave.ask": _("Asked for leave"),
    "leave.grant": _("Answered a request for leave"),
    "login.accept": _("Set a password by a link"),
    "login.add": _("Made a login"),
    "login.change": _("Changed a login"),
    "login.first": _("Made the first administrator"),
    "login.forget_factor": _("Forgot a lost second step"),
    "login.invite": _("Invited somebody"),
    "login.link": _("Made a new link for a login"),
    "login.off": _("Switched a login off"),
    "login.on": _("Switched a login on"),
    "login.password": _("Set the password of a login"),
    "login.sign_out": _("Signed a login out everywhere"),
    "overlap.accepted": _("Kept an overlap"),
    "overlap.found": _("Found an overlap"),
    "overlap.settled": _("Saw an overlap end"),
    "patient.create": _("Created a patient"),
    "patient.read": _("Looked at a patient"),
    "place.change": _("Changed a place"),
    "place.delete": _("Deleted a place"),
    "place.make": _("Made a place"),
    "run.resume": _("Went on with a change of many visits"),
    "run.start": _("Began a change of many visits"),
    "session.begin": _("Signed in"),
    "session.end": _("Signed out"),
    "session.refused": _("Could not sign in"),
    "team.change": _("Changed a team"),
    "team.delete": _("Deleted a team"),
    "team.make": _("Made a team"),
    "user.change": _("Changed a person in Welkin"),
    "user.create": _("Made a person in Welkin"),
    "visits.defaults": _("Changed usual lengths or locations"),
    "utilisation.export": _("Took figures as a file"),
}
PHASES: Mapping[str, Word] = {
    "requested": _("asked for"),
    "confirmed": _("done"),
    "refused": _("refused"),
    "unknown": _("not known yet"),
    "not sent": _("not sent"),
    "again": _("sent again"),
    "read": _("looked"),
}
TONES: Mapping[str, str] = {"confirmed": "ok", "refused": "danger", "unknown": "warn"}


def action(raw: str) -> Word:
    return ACTIONS.get(raw, raw)


def phase(raw: str) -> Word:
    return PHASES.get(raw, raw)
