"""A board with visits on a day of its own, and what a hand does there: by mouse, by finger, by keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from scheduling.domain.event import Event
from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .house import House
from .steps import Spot, instant, make_visit

HOUR, MINUTE, NEW_YORK = timedelta(hours=1), timedelta(minutes=1), "America/New_York"
# Where an instant lies on the screen, by what the page says of its rows.
POINT = """([clinician, date, minute]) => {
  const body = document.querySelector(`[data-clinician-id="${clinician}"][data-date="${date}"] .body`);
  const box = body.getBoundingClientRect();
  const [row, first] = body.dataset.scale.split(" ")[0].split(":").map(Number);
  const rows = Number(/ h(\\d+)/.exec(body.className)[1]);
  return [box.left + box.width / 2, box.top + (row + (minute - first) / 5) * box.height / rows];
}"""
# The part of the board that one sees and that nothing sticky covers: left, top, right, bottom.
SIGHT = """() => {
  const grid = document.querySelector("#board .grid"), box = grid.getBoundingClientRect();
  const of = (css) => document.querySelector(css).getBoundingClientRect();
  const tabs = of("#board .tabbar"), bar = of("#hand-bar"), head = grid.querySelector(".corner");
  const low = tabs.height ? [innerHeight, bar.height ? bar.top : innerHeight] : [innerHeight];
  const top = tabs.height ? tabs.bottom : box.top + head.offsetHeight;
  return [of("#board .axis").right, Math.max(top, 0), Math.min(box.right, innerWidth), Math.min(box.bottom, ...low)];
}"""
SCROLLED = "() => document.querySelector('#board .grid').scrollTop + document.scrollingElement.scrollTop"
# Not entirely covered (WCAG 2.4.11): somewhere in it, it is what a pointer would meet.
SEEN = """element => {
  const box = element.getBoundingClientRect();
  return [0.1, 0.3, 0.5, 0.7, 0.9].some(part => [0.15, 0.5, 0.85].some(side => {
    const found = document.elementFromPoint(box.left + box.width * side, box.top + box.height * part);
    return found && (element.contains(found) || found.contains(element) && found.closest(".body, .f, .c"));
  }));
}"""


@dataclass(frozen=True, slots=True)
class Place:
    """A column and a start in it."""

    spot: Spot
    start: datetime

    def later(self, by: timedelta) -> "Place":
        return Place(self.spot, self.start + by)

    @property
    def date(self) -> str:
        return local(self.start).date().isoformat()


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(NEW_YORK))


def working_hours(house: House, day: date) -> list[Spot]:
    """When everybody works on a day: asked past the pages, which would keep the day as it is before the visits."""
    users = {user.id: user for user in house.api.users.find().rows}
    noon = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    rows = house.api.hours.find(list(users), Interval(noon - 24 * HOUR, noon + 24 * HOUR)).rows
    return [
        Spot(person, when)
        for person, user in users.items()
        for when in expand(
            [row for row in rows if row.clinician_id == person], day, day, ZoneInfo(user.timezone or NEW_YORK)
        ).intervals
    ]


def days_later(moment: datetime, days: int) -> datetime:
    """The same time on the clinic's wall."""
    return (local(moment) + timedelta(days=days)).astimezone(UTC)


def pairs(house: House, day: date, days: int) -> Iterator[tuple[Spot, Spot]]:
    """Working time of two people on a day; of one person on two days, so many days apart."""
    here = working_hours(house, day)
    there = working_hours(house, day + timedelta(days=days)) if days else here
    for one in here:
        for other in there:
            back = Interval(days_later(other.when.start, -days), days_later(other.when.end, -days))
            same = one.clinician_id == other.clinician_id
            if same == bool(days) and min(one.when.end, back.end) - max(one.when.start, back.start) >= 4 * HOUR:
                yield one, other


class Bench:
    """A visit of an hour (`home`), the same time in another column (`away`), and the patient's next visit there.

    `days`: 0 for a board of people, else how many days later the other column of a board of days is.
    """

    def __init__(self, page: Page, house: House, patient: Patient, day: str, days: int = 0) -> None:
        self.page, self.house, self.patient = page, house, patient
        first = datetime.fromisoformat(day).date()
        host, other = next(pairs(house, first, days))
        start = max(host.when.start, days_later(other.when.start, -days))
        start += timedelta(minutes=-start.minute % 60)
        self.home, self.away = Place(host, start), Place(other, days_later(start, days))
        self.start = start
        self.visit = make_visit(house.api, host.clinician_id, patient, Interval(start, start + HOUR))
        self.next = make_visit(house.api, other.clinician_id, patient, self.span(self.away.later(2 * HOUR)))
        year, week, _day = first.isocalendar()
        page.goto(f"/week/{host.clinician_id}/{year}-W{week:02}/" if days else f"/day/{day}/?team=own")

    @staticmethod
    def span(place: Place) -> Interval:
        return Interval(place.start, place.start + HOUR)

    @property
    def chip(self) -> Locator:
        return self.page.locator(f"#board [data-event-id='{self.visit.id}']")

    @property
    def ghost(self) -> Locator:
        return self.page.locator("#board .ghost")

    @property
    def bar(self) -> Locator:
        return self.page.locator("#hand-bar")

    @property
    def fits(self) -> Locator:
        return self.page.locator("#board .fit")

    def free(self, place: Place) -> Locator:
        """The piece of free time that begins there."""
        column = f"[data-clinician-id='{place.spot.clinician_id}'][data-date='{place.date}']"
        return self.page.locator(f"{column} [data-free][data-start='{instant(place.start)}']")

    def stored(self) -> Event:
        return self.house.api.events.read(self.visit.id)

    def untouched(self) -> None:
        """Nothing has been saved."""
        expect(self.chip).to_have_attribute("data-start", instant(self.start))
        self.untouched_in_the_back_end()

    def untouched_in_the_back_end(self) -> None:
        assert self.stored().when == self.span(self.home)

    def stands(self, place: Place, minutes: int = 60) -> None:
        """The visit stands there, on the page and in the back end, and has the focus in sight."""
        expect(self.chip).to_have_attribute("data-start", instant(place.start))
        expect(self.chip).to_have_attribute("data-end", instant(place.start + minutes * MINUTE))
        self.has_focus(self.chip)
        found = self.stored()
        assert found.when == Interval(place.start, place.start + minutes * MINUTE)
        assert found.host_id == place.spot.clinician_id

    @staticmethod
    def has_focus(element: Locator) -> None:
        expect(element).to_be_focused()
        assert element.evaluate(SEEN), "what has the focus is covered"

    def said(self, text: str | re.Pattern[str], *, now: bool = False) -> None:
        """A live region says so: the polite one, or the one for refusals."""
        expect(self.page.locator("#announce-now" if now else "#announce")).to_contain_text(text)

    def point(self, place: Place) -> tuple[float, float]:
        minute = int(place.start.timestamp()) // 60
        x, y = self.page.evaluate(POINT, [str(place.spot.clinician_id), place.date, minute])
        return x, y

    # --- Mouse --------------------------------------------------------------------------------------------------------

    def press(self, place: Place, element: Locator | None = None, up: int = 0) -> tuple[float, float]:
        """Bring it into the middle of the sight, or its end; press there, so many pixels up; the button stays down."""
        for block in ("center", "end"):
            (element or self.chip).evaluate(f"one => one.scrollIntoView({{block: '{block}', inline: 'nearest'}})")
            (x, y), (_left, top, _right, bottom) = self.point(place), self.page.evaluate(SIGHT)
            if top < y - up < bottom:
                break
        self.page.mouse.move(x, y - up)
        self.page.mouse.down()
        return x, y - up

    def carry(self, place: Place) -> None:
        """Move there; what is out of sight comes while the pointer waits at the edge."""
        last = None
        for _look in range(150):
            (x, y), (left, top, right, bottom) = self.point(place), self.page.evaluate(SIGHT)
            at = min(max(x, left + 4), right - 4), min(max(y, top + 4), bottom - 4)
            self.page.mouse.move(*at, steps=1 if last else 4)
            if at == last == (x, y):
                return
            last = at
            self.page.wait_for_timeout(30)
        raise AssertionError("the place does not come into sight")

    def grab(self, edge: int | None = None) -> Place:
        """Press on the visit, or on its edge after so many minutes, and begin to drag it; what is under the pointer."""
        grabbed = self.home.later((edge or 10) * MINUTE)
        x, y = self.press(grabbed, up=3 if edge else 0)
        self.page.mouse.move(x + 3, y + 8, steps=2)
        expect(self.fits.first).to_be_attached()
        return grabbed

    def drag(self, place: Place) -> None:
        """Carry the visit until its start is there."""
        grabbed = self.grab()
        self.carry(place.later(grabbed.start - self.start))

    # --- Keys ---------------------------------------------------------------------------------------------------------

    def keys(self, key: str, times: int = 1) -> None:
        for _press in range(times):
            self.page.keyboard.press(key)

    def lift(self, key: str = "Space") -> None:
        self.chip.focus()
        self.has_focus(self.chip)
        self.keys(key)
        self.said("lifted. Arrows carry it, Enter puts it down, Escape puts it back.")
        expect(self.bar).to_be_focused()
        expect(self.fits.first).to_be_attached()

    @property
    def across(self) -> list[str]:
        """The presses that lead from the one column to the other."""
        columns = "all => all.map(each => `${each.dataset.clinicianId} ${each.dataset.date}`)"
        order = self.page.locator("#board .col").evaluate_all(columns)
        here, there = (order.index(f"{each.spot.clinician_id} {each.date}") for each in (self.home, self.away))
        return ["ArrowRight" if there > here else "ArrowLeft"] * abs(there - here)
