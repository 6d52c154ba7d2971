"""What a change of hours would do and what it did, in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.work_hours import HoursType, WorkHours
from scheduling.services.hours_plan import NotReadWhole, Plan, Step, all_off, end_of
from scheduling.services.options import Options
from scheduling.services.work_hours import Preview, Sheet
from scheduling.web import impact
from scheduling.web.hours_words import day_in_words, length_of, name_of, range_in_words, record_in_words
from scheduling.web.impact import Page
from scheduling.welkin.drafts import WorkHoursDraft

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What to show before saving. `token` goes along with the confirmation, so that it confirms this and no other."""

    token: str
    sentences: tuple[str, ...]
    before: str
    after: str
    list: Page
    zone: str

    @property
    def worth_asking(self) -> bool:
        return bool(self.sentences or self.list.rows or self.list.unreadable)

    @property
    def hours_change(self) -> bool:
        return self.before != self.after


def consequences_of(
    preview: Preview, sheet: Sheet, options: Sequence[Options], posted: Mapping[str, str], errors: Mapping[str, str]
) -> Consequences:
    """The sentences for a preview, and its visits with what can be done with each; times on the clinician's clock."""
    return Consequences(
        token=preview.token,
        sentences=(*sentences_of(preview.plan, sheet.today), *_doubts(preview)),
        before=length_of(preview.before),
        after=length_of(preview.after),
        list=impact.page_of(preview.impact, options, posted, errors),
        zone=sheet.zone.key,
    )


def _doubts(preview: Preview) -> Iterator[str]:
    """What the preview cannot know."""
    if preview.records_unreadable:
        yield ngettext(
            "%(n)s record of these hours could not be read: it may count instead.",
            "%(n)s records of these hours could not be read: they may count instead.",
            preview.records_unreadable,
        ) % {"n": preview.records_unreadable}
    if not preview.events_sure and not preview.unreadable:
        yield _("The calendar did not come whole: there may be more visits than are listed.")


def unread_in_words(unread: NotReadWhole) -> str:
    """Why nothing may be saved, and what to do."""
    if unread.record is None:
        return _("The records of these hours did not all come, so nothing can be changed just now. Try again later.")
    told = {"hours": f"{name_of(unread.record)}, {range_in_words(unread.record.first, end_of(unread.record))}"}
    return (
        _(
            "A record that this would change could not be read whole (%(hours)s). Saving would lose what was not read: "
            "put the record right in Welkin first."
        )
        % told
    )


def sentences_of(plan: Plan, today: date) -> Iterator[str]:
    """Everything that somebody should know before this is saved, apart from visits."""
    draft, old = plan.main.draft, plan.main.record
    for step in plan.ended:
        yield _end_sentence(step)
    yield from _others(plan, draft)
    if all_off(draft.days) and (old is None or not all_off(old.days)):
        yield _off_sentence(draft)
    if draft.first < today and _touches_past(draft, old, today):
        yield _(
            "This also changes days that are over, and the figures of those weeks. "
            "To change the hours from a day on, add new regular hours instead."
        )


def _touches_past(draft: WorkHoursDraft, old: WorkHours | None, today: date) -> bool:
    if old is None:
        return True
    ends_earlier = draft.last is not None and draft.last < today
    return draft.first != old.first or sorted(map(str, draft.days)) != sorted(map(str, old.days)) or ends_earlier


def _end_sentence(step: Step) -> str:
    told = {"hours": _told(step.record), "day": day_in_words(step.draft.last or step.draft.first)}
    return _("The hours until now (%(hours)s) end on %(day)s.") % told


def _told(record: WorkHours | None) -> str:
    return (
        f"{record.name}: {record_in_words(record)}"
        if record and record.name
        else record_in_words(record)
        if record
        else ""
    )


def _others(plan: Plan, draft: WorkHoursDraft) -> Iterator[str]:
    override = draft.rule.upper() == "OVERRIDE"
    for record in plan.hidden:
        if override:
            yield _("The newer exception counts instead of this one: %(hours)s.") % {"hours": _told(record)}
        else:
            yield _(
                "These regular hours will not count any more, because the newest do: %(hours)s. "
                "To keep them, let the new hours end on %(day)s."
            ) % {"hours": _told(record), "day": day_in_words(record.first - ONE_DAY)}
    for record in plan.later:
        yield _("Afterwards these hours count again: %(hours)s.") % {"hours": _told(record)}
    for record in plan.newer:
        yield _("Newer hours count instead of these on the days of: %(hours)s.") % {"hours": _told(record)}


def _off_sentence(draft: WorkHoursDraft) -> str:
    if draft.type.upper() != HoursType.WORKING_HOURS:
        return _("No day has any time: nothing can be booked for these encounters.")
    if draft.rule.upper() == "OVERRIDE":
        return _("All days are off: no hours are offered on these days, and no leave is asked for.")
    return _("A week without any hours: on none of these days can anybody be booked inside work hours.")
