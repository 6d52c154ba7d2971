// Where a visit that is carried could stand and when that is, by what the server told with its move form: the free spans
// of each possible host in minutes since 1970, and from which minute on the viewer's clock is how far ahead of UTC.
import { bodies, columnOf, minuteAt, personOf, piecesOf, reach, rowAt, table } from "./board-ruler.js";

export const iso = (minute) => new Date(minute * 60_000).toISOString();

export const readPlaces = ({ places, clock, host }) => ({
  free: JSON.parse(places), host, clock: clock.split(" ").map((pair) => pair.split(":").map(Number)),
});

// Whose visit it would be there: still its host's in the column it was lifted in. Null where it cannot go.
export function hostAt({ person, host }, body) {
  const there = personOf(body);
  if (there === person || there === host) return host;
  return person === host ? there : null;
}

export function fits(one, { body, minute, minutes }) {
  const spans = one.free?.[hostAt(one, body)] ?? [];
  return spans.some(([from, to]) => from <= minute && minute + minutes <= to);
}

// Where the whole visit has room; for its length, the room in which it stands.
export function tint(one) {
  document.querySelectorAll("#board .fit").forEach((old) => old.remove());
  if (table()) return bodies().filter(reach).forEach((body) => tintDay(one, body));
  for (const body of bodies()) {
    const around = ([from, to]) => body === one.to.body && from <= one.start && one.start < to;
    const room = ([from, to]) => to - from >= one.minutes;
    const spans = (one.free[hostAt(one, body)] ?? []).filter(one.edge ? around : room);
    for (const [row, height] of spans.flatMap(([from, to]) => piecesOf(body, from, to))) {
      const place = document.createElement("i");
      place.className = `fit r${row} h${height}`;
      body.append(place);
    }
  }
}

// A whole day, by whether the visit has room in it at its own time.
function tintDay(one, body) {
  const minute = minuteAt(body, rowAt(one.to.body, one.to.minute)), place = document.createElement("i");
  place.className = `fit${fits(one, { ...one.to, body, minute }) ? "" : " unfit"}`;
  body.append(place);
}

// The date and time of the viewer's clock.
export const wall = ({ clock }, minute) => iso(minute + (clock.findLast(([from]) => from <= minute) ?? clock[0])[1]);
export const clockOf = (one, minute) => wall(one, minute).slice(11, 16);

// The column and the times of the ghost, as the page writes them.
export function placeWords(one) {
  const { body, minute, minutes } = one.to;
  const column = columnOf(body).dataset.name ?? columnOf(body).querySelector("h2 .sr-only").textContent;
  return `${column}, ${clockOf(one, minute)}–${clockOf(one, minute + minutes)}`;
}
