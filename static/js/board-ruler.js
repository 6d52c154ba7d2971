// Where a place of the board lies in time, and back. A row is five minutes; `data-scale` of a column has its parts as
// "row:minutes since 1970", the last one its end. Everything is measured when it is asked for, so that scrolling, zoom
// and density do not matter, and no zone is known here: rows that snap are counted on the wall, quarters are three rows.
export const ROW = 5;

const partsOf = (body) => (body.dataset.scale ?? "").split(" ").filter(Boolean).map((part) => part.split(":").map(Number));
// The week of a team is a table: each of its columns is a cell, a whole day of a person in which nothing lies lower.
export const table = () => document.querySelector("#board .team");
export const bodies = () => [...document.querySelectorAll("#board .col > .body")];
export const rowsOf = (body) => Number(/(?:^| )h(\d+)/.exec(body.className)?.[1] ?? 0);
export const columnOf = (body) => body.parentElement;
export const personOf = (body) => columnOf(body).dataset.clinicianId;

// From when to when a column reaches, in minutes; null for a day that its zone left out.
export function reach(body) {
  const parts = partsOf(body);
  return parts.length ? [parts[0][1], parts.at(-1)[1]] : null;
}

// The minute at which a row begins. Time that the clock leaves out leads to where it goes on.
export function minuteAt(body, row) {
  const parts = partsOf(body);
  const at = Math.max(0, parts.slice(0, -1).findLastIndex(([first]) => first <= row));
  const [first, minute] = parts[at];
  return Math.min(minute + Math.max(0, row - first) * ROW, parts[at + 1][1]);
}

// Rows of what lasts from one minute to another, a piece for each part of the day, inside what is shown.
export function piecesOf(body, from, to) {
  const parts = partsOf(body), last = rowsOf(body);
  return parts.slice(0, -1).flatMap(([first, minute], n) => {
    const start = Math.max(from, minute), end = Math.min(to, parts[n + 1][1]);
    const row = Math.max(0, first + Math.floor((start - minute) / ROW));
    const stop = Math.min(last, first + Math.ceil((end - minute) / ROW));
    return start < end && row < stop ? [[row, stop - row]] : [];
  });
}

export function rowAt(body, minute) {
  const part = partsOf(body).findLast(([, start]) => start <= minute);
  return part ? part[0] + Math.floor((minute - part[1]) / ROW) : null;
}

// The row under a height of the window, with its fraction.
export function rowUnder(body, y) {
  const box = body.getBoundingClientRect();
  return (y - box.top) / box.height * rowsOf(body);
}

// The column under a point, or the nearest one.
export function bodyUnder(x, y) {
  const off = (body) => {
    const box = columnOf(body).getBoundingClientRect();
    return Math.max(box.left - x, x - box.right, 0) + Math.max(box.top - y, y - box.bottom, 0);
  };
  return bodies().reduce((best, body) => (!best || off(body) < off(best) ? body : best), null);
}

// The column of a person in which a minute lies; of any person where none is named.
export function bodyOf(minute, person) {
  return bodies().find((body) => {
    const span = reach(body);
    return span && span[0] <= minute && minute < span[1] && (!person || personOf(body) === person);
  });
}
