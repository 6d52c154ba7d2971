"""Work hours (welkin-api 6)."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import WorkHours

from ..core import Core, given, listed
from ..drafts import WorkHoursDraft
from ..errors import Unknown, WelkinError
from ..request import Request
from ..values import Listing
from ..wire import hours, pages, writing
from ..wire.fields import write_instant, write_list

_ALL = "/{tenant}/{instance}/calendar/work-hours"
_ONE = "/{tenant}/{instance}/calendar/work-hours/{record}"
_DAY = timedelta(days=1)


class Hours:
    def __init__(self, core: Core) -> None:
        self._core = core

    def find(
        self,
        clinician_ids: Collection[UUID],
        window: Interval,
        *,
        viewer_timezone: str = "",
        fresh: bool = False,
        deadline: float | None = None,
    ) -> Listing[WorkHours]:
        """The records of these clinicians whose range meets the window (welkin-api 6.1).

        Nobody asked for is nobody, without a call. Clinicians without a record are simply missing. Rows of others
        are dropped: the service has ignored the filter before. Asked with a day to spare at both ends, because
        ranges are calendar days of the clinician. A record that cannot be read never adds hours. The same find of
        another thread that is under way is joined, unless this one must be `fresh`.
        """
        asked = frozenset(clinician_ids)
        days = _days(window)
        requests = [
            Request("GET", _ALL, query=_query(batch, window, viewer_timezone)) for batch in self._core.batches(asked)
        ]
        reading = self._core.reading(deadline)
        answers = self._core.arrays(requests, lambda body: _scan(body, asked, days), reading, fresh=fresh)
        found = listed(row for answer in answers for row in answer)
        return replace(found, rows=tuple({record.id: record for record in found.rows}.values()))

    def create(self, draft: WorkHoursDraft, *, deadline: float | None = None) -> WorkHours:
        """Creates a record (welkin-api 6.1). Where the answer only echoes the request, the record is looked up.

        Raises Refused, NotFound for the clinician, Unknown when the outcome is open.
        """
        request = Request("POST", _ALL, body=writing.hours_body(draft))
        answer = self._core.send(request, deadline)
        records = self._core.decoded(request, answer, lambda body: hours.written(body, draft.clinician_id))
        found = _match(records or self._reread(draft, deadline), draft)
        if found is None:
            raise Unknown("the new record was not found", method="POST", route=_ALL, status=answer.status)
        return found

    def replace(self, record_id: UUID, draft: WorkHoursDraft, *, deadline: float | None = None) -> WorkHours:
        """PUT: the whole record, its days included; it keeps its id (welkin-api 6.1).

        To end a record early, give an earlier `last`: there is no way to delete one. Raises NotFound, Refused, Unknown.
        """
        request = Request("PUT", _ONE, path={"record": str(record_id)}, body=writing.hours_body(draft))
        answer = self._core.send(request, deadline)
        records = self._core.decoded(request, answer, lambda body: hours.written(body, draft.clinician_id))
        same = [record for record in records or self._reread(draft, deadline) if record.id == record_id]
        return same[0] if same else _as_drafted(record_id, draft)

    def _reread(self, draft: WorkHoursDraft, deadline: float | None) -> tuple[WorkHours, ...]:
        """The clinician's records around the draft; none where that fails, for the write itself has succeeded."""
        start = datetime.combine(draft.first, time(), UTC)
        try:
            return self.find([draft.clinician_id], Interval(start, start + _DAY), fresh=True, deadline=deadline).rows
        except WelkinError:
            return ()


def _query(batch: Collection[str], window: Interval, viewer_timezone: str) -> tuple[tuple[str, str], ...]:
    return (
        ("psmIds", write_list(batch)),
        ("from", write_instant(window.start - _DAY)),
        ("to", write_instant(window.end + _DAY)),
        *given(viewerTimezone=viewer_timezone),
    )


def _days(window: Interval) -> tuple[date, date]:
    return (window.start - _DAY).date(), (window.end + _DAY).date()


def _scan(body: object, asked: Collection[UUID], days: tuple[date, date]) -> list[tuple[WorkHours | None, bool]]:
    scanned: list[tuple[WorkHours | None, bool]] = []
    for row in pages.array(body).rows:
        owner = hours.scan_owner(row)
        if owner is None:
            scanned.append((None, False))
        elif owner[0] in asked:
            scanned.extend(hours.scan_hours(record, owner[0], days) for record in owner[1])
    return scanned


def _match(records: Collection[WorkHours], draft: WorkHoursDraft) -> WorkHours | None:
    """The record that came of the draft: the same range, kind and days, the newest of several."""
    alike = [record for record in records if _shape(record) == _shape(draft)]
    return max(alike, key=lambda record: record.created_at or datetime.min.replace(tzinfo=UTC), default=None)


def _shape(hours: WorkHours | WorkHoursDraft) -> tuple[object, ...]:
    days = sorted((day.day, str(day.start), str(day.end)) for day in hours.days)
    return hours.first, hours.last, hours.type.upper(), hours.rule.upper(), days


def _as_drafted(record_id: UUID, draft: WorkHoursDraft) -> WorkHours:
    return WorkHours(
        id=record_id,
        clinician_id=draft.clinician_id,
        first=draft.first,
        last=draft.last,
        days=draft.days,
        type=draft.type,
        rule=draft.rule,
        name=draft.name,
        encounters=draft.encounters,
    )
