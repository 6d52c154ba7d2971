"""Odd, broken and hostile rows: what can be kept is kept, what cannot is counted, and nothing turns into free time."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import Interval
from scheduling.welkin.errors import Malformed
from scheduling.welkin.request import parse
from scheduling.welkin.wire import calendar, fields, hours, pages, people, schedules

from .factories import ADA, DAY, HOUR, THEO, VISIT, event_row, hours_row, participant_row, user_row

INSTANTS = [
    ("2027-05-04T14:00:00.000Z", datetime(2027, 5, 4, 14, tzinfo=UTC)),
    ("2027-05-04T10:00:00.000-04:00", datetime(2027, 5, 4, 14, tzinfo=UTC)),
    ("2012-3-12T00:00:00.000Z", datetime(2012, 3, 12, tzinfo=UTC)),
    ("2027-05-04T14:00:00Z", datetime(2027, 5, 4, 14, tzinfo=UTC)),
    ("2027-05-04T14:00:00.123456Z", datetime(2027, 5, 4, 14, 0, 0, 123456, UTC)),
    (" 2027-05-04T14:00:00Z ", datetime(2027, 5, 4, 14, tzinfo=UTC)),
    ("2027-05-04T14:00:00", datetime(2027, 5, 4, 14, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "moment"), INSTANTS, ids=[text for text, _ in INSTANTS])
def test_instants_are_read(text, moment):
    assert fields.read_instant(text) == moment


@pytest.mark.parametrize("value", ["", "soon", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59-05:00", 17, None, {}])
def test_what_is_no_instant_is_a_value_error(value):
    with pytest.raises(ValueError):
        fields.read_instant(value)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("09:00:00", time(9)),
        ("9:00", time(9)),
        ("23:59:00", time(23, 59)),
        ("23:59:59.999", time(23, 59, 59, 999000)),
        ("24:00:00", time(23, 59, 59, 999000)),
    ],
)
def test_wall_times_are_read(text, clock):
    assert fields.read_clock(text) == clock


@given(st.datetimes(timezones=st.timezones()))
def test_instants_survive_the_round_trip_to_the_millisecond(moment):
    try:
        written = fields.write_instant(moment)
    except OverflowError:
        return
    assert fields.read_instant(written) == moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


ZONES = [
    ({"timezone": "US/Pacific"}, "US/Pacific"),
    ({"timezone ": "America / Los_Angeles"}, "America/Los_Angeles"),
    ({"timezone": None}, None),
    ({"timezone": "  "}, None),
    ({}, None),
    ({"timezone": {"name": "x"}}, None),
]


@pytest.mark.parametrize(("zone", "read"), ZONES, ids=[str(zone) for zone, _ in ZONES])
def test_zone_names_are_cleaned(zone, read):
    user, _ = people.scan_user(user_row(**zone))

    assert user.timezone == read


def test_a_user_with_broken_fields_keeps_the_rest():
    user, whole = people.scan_user(
        user_row(firstName="Ada", lastName={"x": 1}, roles=[None, {"permissionName": "rn"}, 7])
    )

    assert (user.id, user.first_name, user.last_name, user.roles, whole) == (ADA, "Ada", "", ("rn",), False)


@pytest.mark.parametrize("row", [None, 7, "x", [], {}, {"id": "17"}, {"id": None}], ids=str)
def test_a_user_without_a_readable_id_is_counted_only(row):
    assert people.scan_user(row) == (None, False)


def test_a_patient_with_a_broken_birth_date_is_still_there():
    row = {"id": str(THEO), "firstName": "Theo", "birthDate": "in spring", "careTeam": [{"id": "x"}, {"id": str(ADA)}]}

    patient, whole = people.scan_patient(row)

    assert (patient.name, patient.birth_date, patient.care_team, whole) == ("Theo", None, (ADA,), False)


def test_a_birth_date_is_its_utc_date():
    patient = people.read_patient({"id": str(THEO), "birthDate": "2012-3-12T00:00:00.000Z"})

    assert patient.birth_date == date(2012, 3, 12)


WORDS = [None, "Scheduled", "RESCHEDULED", "ARRIVED", "", "cancelled "]


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_unknown_words_survive_as_themselves_and_are_busy(word):
    event, whole = calendar.scan_event(event_row(eventStatus=word, eventType=word, eventMode=word))

    assert (event.status, event.type, event.mode, whole) == (word, word, word, True)
    assert event.occupies(ADA) is True


BROKEN_EVENTS = [
    ("status is an object", event_row(eventStatus={"a": 1})),
    ("id is no uuid", event_row(id="17")),
    ("id is missing", {key: value for key, value in event_row().items() if key != "id"}),
    ("host is no uuid", event_row(hostId="17")),
    ("participants are a text", event_row(participants="Ada")),
    ("participants are missing", {key: value for key, value in event_row().items() if key != "participants"}),
    ("nobody is named", event_row(hostId=None, participants=None)),
    ("nobody at all is named", event_row(hostId=None, participants=[])),
    ("a participant is a number", event_row(hostId=None, participants=[7])),
    ("a participant has no id", event_row(hostId=None, participants=[participant_row(participantId="x")])),
    ("a participant lacks the key", event_row(hostId=None, participants=[{"participantRole": "psm"}])),
    ("all fields are lists", {key: [1] for key in event_row()} | {"startDateTime": "2027-05-04T14:00:00Z"}),
    ("end is garbage", event_row(endDateTime="later")),
    ("end is missing", event_row(endDateTime=None)),
    ("end is the start", event_row(endDateTime="2027-05-04T14:00:00.000Z")),
    ("end is before the start", event_row(endDateTime="2027-05-04T13:00:00.000Z")),
    ("start is missing", event_row(startDateTime=None, duration=3600)),
    (
        "utc times are missing",
        event_row(startDateTime=None, endDateTime=None, localStartDateTime="2027-05-04T10:00:00-04:00"),
    ),
]


@pytest.mark.parametrize("row", [row for _, row in BROKEN_EVENTS], ids=[name for name, _ in BROKEN_EVENTS])
def test_a_broken_event_with_readable_times_is_busy_and_counted(row):
    event, whole = calendar.scan_event(row, asked=(ADA,))

    assert (event.occupies(ADA), event.when.start, whole) == (True, HOUR.start, False)


@pytest.mark.parametrize("row", [None, 7, {}, event_row(startDateTime=None, endDateTime=None), "event"], ids=str)
def test_an_event_without_times_is_counted_only(row):
    assert calendar.scan_event(row, asked=(ADA,)) == (None, False)


def test_an_event_of_somebody_unreadable_concerns_everyone_asked_for():
    event, whole = calendar.scan_event(
        event_row(participants=[participant_row(), {"participantId": "x"}]), asked=(ADA, THEO)
    )

    assert (event.occupies(ADA), event.occupies(THEO), whole) == (True, True, False)


def test_an_event_with_a_broken_phone_concerns_nobody_else():
    row = event_row(participants=[participant_row(phone={"a": 1}, firstName="Ada")])

    event, whole = calendar.scan_event(row, asked=(ADA, THEO))

    assert [(person.person_id, person.first_name) for person in event.participants] == [(ADA, "Ada")]
    assert whole is False


def test_null_participants_are_nobody():
    event, whole = calendar.scan_event(event_row(participants=[None, {"participantId": None}]), asked=(THEO,))

    assert (event.participants, event.host_id, whole) == ((), ADA, True)


def test_the_same_broken_row_gets_the_same_stand_in_id():
    first, _ = calendar.scan_event(event_row(id=None))
    second, _ = calendar.scan_event(event_row(id=None))

    assert first.id == second.id != VISIT


def test_missing_times_come_from_their_local_twins():
    row = event_row(
        startDateTime=None,
        endDateTime="?",
        localStartDateTime="2027-05-04T10:00:00.000-04:00",
        localEndDateTime="2027-05-04T11:00:00.000-04:00",
    )

    event, _ = calendar.scan_event(row)

    assert event.when == HOUR


NOT_WHOLE = {
    "a-null-row": {"participants": [participant_row(), None]},
    "a-row-of-nobody": {"participants": [participant_row(), participant_row(participantId=None)]},
    "a-row-without-a-person": {"participants": [participant_row(), {"attended": True}]},
    "a-broken-person": {"participants": [participant_row(), participant_row(participantId="?")]},
    "a-broken-row-id": {"participants": [participant_row(id="?")]},
    "a-broken-role": {"participants": [participant_row(participantRole=["psm"])]},
    "a-row-that-is-none": {"participants": [participant_row(), 7]},
    "no-list": {"participants": "all"},
    "null-list": {"participants": None},
    "a-broken-host": {"hostId": "?"},
    "broken-details": {"additionalInfo": ["Room 3"]},
}
STILL_WHOLE = {
    "sound": {},
    "a-broken-title": {"eventTitle": ["x"]},
    "a-broken-answer": {"participants": [participant_row(participationStatus={})]},
    "a-broken-mark": {"participants": [participant_row(attended="perhaps")]},
    "a-broken-phone": {"participants": [participant_row(phone=["1"])]},
    "no-details": {"additionalInfo": None},
}


@pytest.mark.parametrize(
    ("damage", "whole"),
    [(damage, False) for damage in NOT_WHOLE.values()] + [(damage, True) for damage in STILL_WHOLE.values()],
    ids=[*NOT_WHOLE, *STILL_WHOLE],
)
def test_an_event_says_whether_a_change_could_send_it_back(damage, whole):
    row = event_row(**damage)

    assert (calendar.read_event(row).whole, calendar.scan_event(row, (ADA,))[0].whole) == (whole, whole)


def test_a_single_event_without_id_or_times_is_malformed():
    for row in (event_row(id="x"), event_row(startDateTime=None, endDateTime=None), None):
        with pytest.raises(Malformed):
            calendar.read_event(row)


WORD = st.text(st.characters(codec="ascii"), max_size=8)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | WORD | st.uuids().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(set(event_row()) - {"startDateTime", "endDateTime"})), JUNK))
def test_whatever_is_wrong_with_an_event_its_hour_is_busy_for_the_only_one_asked(junk):
    event, _ = calendar.scan_event(event_row(**junk), asked=(ADA,))

    assert event.when == HOUR
    assert event.occupies(ADA) or event.host_id not in (None, ADA)


@pytest.mark.parametrize("people", [[], [None], [None, None], [{"participantId": None}]], ids=repr)
def test_an_event_whose_people_are_all_gaps_is_busy_for_the_one_asked(people):
    event, whole = calendar.scan_event(event_row(hostId=None, participants=people), asked=(ADA,))

    assert (event.occupies(ADA), whole) == (True, False)


@given(st.dictionaries(st.sampled_from(["id", "hostId", "eventTitle", "participants"]), JUNK))
def test_an_event_nobody_readable_owns_is_busy_for_all_asked(junk):
    other = uuid4()
    event, whole = calendar.scan_event(event_row(**junk), asked=(ADA, other))

    readable = bool(event.host_id or any(person.role for person in event.participants))
    assert readable or (event.occupies(ADA) and event.occupies(other) and not whole)


@given(st.dictionaries(st.sampled_from(sorted({*hours_row(), *user_row()})), JUNK))
def test_no_row_breaks_the_reader(junk):
    hours.scan_hours(hours_row(**junk), ADA, (date(2027, 5, 4),))
    people.scan_user(user_row(**junk))
    people.scan_patient(user_row(**junk))
    schedules.scan_summary({"psmId": str(ADA), **junk})
    schedules.scan_schedule({"psmId": str(ADA), "events": [junk], "workHours": [junk]}, (date(2027, 5, 4),))


BROKEN_DAYS = [
    ("one time only", {"day": 1, "startTime": "09:00:00", "endTime": None}),
    ("weekday 8", {"day": 8, "startTime": "09:00:00", "endTime": "17:00:00"}),
    ("no weekday", {"startTime": "09:00:00", "endTime": "17:00:00"}),
    ("time 25:00", {"day": 1, "startTime": "25:00:00", "endTime": "17:00:00"}),
    ("a number", 7),
]


@pytest.mark.parametrize("day", [day for _, day in BROKEN_DAYS], ids=[name for name, _ in BROKEN_DAYS])
def test_a_broken_day_adds_no_hours_and_is_counted(day):
    sound = {"day": 2, "startTime": "09:00:00", "endTime": "17:00:00"}

    record, whole = hours.scan_hours(hours_row(daysInfo=[day, sound]), ADA, ())

    assert ([entry.day for entry in record.days], whole) == ([2], False)


@pytest.mark.parametrize(
    "damage",
    [{"endDateTime": "never"}, {"daysInfo": "all"}, {"ruleType": {"x": 1}}, {"type": ["x"]}],
    ids=["end", "days", "rule", "type"],
)
def test_a_record_in_doubt_stands_there_without_hours(damage):
    record, whole = hours.scan_hours(hours_row(**damage), ADA, ())

    assert (record.days, record.first, whole) == ((), date(2027, 5, 3), False)
    assert record.is_override is ("ruleType" in damage)


def test_an_exception_that_cannot_be_read_closes_the_days_asked_for():
    row = hours_row(ruleType="OVERRIDE", startDateTime="?")

    record, whole = hours.scan_hours(row, ADA, (date(2027, 5, 3), date(2027, 5, 10)))

    assert (record.first, record.last, record.days, record.is_override) == (
        date(2027, 5, 3),
        date(2027, 5, 10),
        (),
        True,
    )
    assert whole is False


def test_an_ordinary_record_that_cannot_be_read_only_takes_its_hours_along():
    assert hours.scan_hours(hours_row(startDateTime="?"), ADA, (date(2027, 5, 3),)) == (None, False)


def test_an_open_end_and_null_days_are_read():
    record, whole = hours.scan_hours(hours_row(endDateTime=None, daysInfo=None), ADA, ())

    assert (record.last, record.days, whole) == (None, (), True)


def test_short_events_of_a_schedule_take_their_clinicians_time():
    short = {key: event_row()[key] for key in ("id", "startDateTime", "endDateTime", "eventType")}
    row = {"psmId": str(ADA), "workHours": [hours_row()], "events": [short | {"eventId": str(VISIT)}]}

    schedule, bad = schedules.scan_schedule(row, ())

    assert (schedule.clinician_id, len(schedule.hours), bad) == (ADA, 1, 0)
    assert schedule.events[0].occupies(ADA) is True


FIGURES = [
    ("16.0 hours", 16.0),
    ("37.5%", 37.5),
    ("1,204.5 hours", 1204.5),
    ("12", 12.0),
    ("", None),
    (None, None),
    ("n/a", None),
]


@pytest.mark.parametrize(("text", "value"), FIGURES)
def test_figures_are_read_from_their_text(text, value):
    figure = schedules.read_figure(text)

    assert (figure.text, figure.value) == (text or "", value)


BODIES = [
    (pages.spring, None),
    (pages.spring, []),
    (pages.spring, {}),
    (pages.spring, {"content": None, "last": True}),
    (pages.spring, {"data": [], "last": True}),
    (pages.meta, {"content": []}),
    (pages.record_page, {"name": "x", "data": None}),
    (pages.array, {}),
    (pages.array, None),
    (schedules.summary_rows, {"summary": None}),
    (schedules.summary_rows, []),
]


@pytest.mark.parametrize(("envelope", "body"), BODIES, ids=[f"{envelope.__name__}-{body}" for envelope, body in BODIES])
def test_a_body_without_a_list_is_no_empty_list(envelope, body):
    with pytest.raises(Malformed):
        envelope(body)


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<html>", b'{"a": ', b"\xff\xfe", b"[" * 100_000], ids=lambda body: body[:9]
)
def test_what_is_no_json_is_malformed_and_not_quoted(body):
    with pytest.raises(Malformed) as caught:
        parse(body)

    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def test_a_byte_order_mark_and_half_a_surrogate_pair_do_no_harm():
    parsed = parse(b"\xef\xbb\xbf" + b'[{"id": "\\ud800"}]')

    assert parsed == [{"id": "?"}]


def test_an_event_may_be_days_long():
    event, _ = calendar.scan_event(event_row(endDateTime="2027-06-04T14:00:00.000Z"))

    assert event.when == Interval(HOUR.start, HOUR.start + timedelta(days=31))
    assert event.when.overlaps(DAY)
    assert isinstance(event.id, UUID)
