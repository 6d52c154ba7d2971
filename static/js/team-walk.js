// Keys in the week of a team: over its table from link to link, and with a visit in the hand from day to day.
import { carried, moveTo } from "./board-carry.js";
import { rowAt } from "./board-ruler.js";

const linksOf = (cell) => [...cell.querySelectorAll("a[href], button")].filter((link) => !link.closest("[popover]") && link.offsetParent);

// Up and down through the links of a cell, then on to the cell below; sideways to what stands at the same height.
// `skip`: on to the next cell at once.
export function next(link, down, across, skip = false) {
  const cell = link.closest("td, th"), own = linksOf(cell), within = skip || across ? null : own[own.indexOf(link) + down];
  if (within) return within.focus();
  const rows = [...cell.closest("table").rows], { top } = link.getBoundingClientRect();
  const off = (each) => Math.abs(each.getBoundingClientRect().top - top);
  let row = rows.indexOf(cell.parentElement) + down, column = cell.cellIndex + across;
  for (; rows[row]?.cells[column]; row += down, column += across) {
    const found = linksOf(rows[row].cells[column]);
    if (!found.length) continue;
    return (across ? found.reduce((best, each) => (off(each) < off(best) ? each : best)) : found.at(down < 0 && !skip ? -1 : 0)).focus();
  }
  return undefined;
}

// So many people down and days sideways, at the same time of day.
export function stride(down, across) {
  const { body, minute } = carried().to, cell = body.parentElement, rows = [...cell.closest("tbody").rows];
  const to = rows[rows.indexOf(cell.parentElement) + down]?.cells[cell.cellIndex + across]?.querySelector(".body");
  if (to) moveTo(to, rowAt(body, minute), 1);
}
