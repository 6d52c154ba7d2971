// The week as a picture: dragging an edge, drawing new hours, or the arrow keys on an edge write into the text fields,
// which stay the truth; the server then draws the picture anew. Fingers scroll: they have the fields.
const DAY = 1440;
const STEP = 15;
const THRESHOLD = 5;
const GRIP = 8;
const ARROWS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

const field = (entry, side) => document.getElementById(`id_${entry}-${side}`);
const edgeOf = (entry, side) => document.getElementById(`edge-${entry}-${side}`);
const read = (input) => {
  const [, hours, minutes] = input.value.replaceAll(" ", "").match(/^(\d{1,2})(?:[:.h]?(\d{2}))?$/) ?? [0, 0, 0];
  return Number(hours) * 60 + Number(minutes ?? 0);
};
const write = (minutes) => {
  const shown = minutes > DAY ? minutes - DAY : minutes;
  return `${String(Math.floor(shown / 60)).padStart(2, "0")}:${String(shown % 60).padStart(2, "0")}`;
};
const snap = (minutes) => Math.round(minutes / STEP) * STEP;
const within = (value, least, most) => Math.min(most, Math.max(least, value));
const changed = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));

let drag = null;
let focused = "";

function times(entry) {
  const start = read(field(entry, "start"));
  const end = read(field(entry, "end"));
  return { start, end: end > start ? end : end + DAY };
}

function draw(entry, { start, end }) {
  const begin = document.querySelector(`[data-bar="${entry}"][data-part="begin"]`);
  begin?.setAttribute("y", start);
  begin?.setAttribute("height", Math.min(end, DAY) - start);
  document.querySelector(`[data-bar="${entry}"][data-part="rest"]`)?.setAttribute("height", Math.max(0, end - DAY));
  for (const [side, now] of [["start", start], ["end", end]]) {
    const edge = edgeOf(entry, side);
    const top = now > DAY ? now - DAY : now;
    edge?.setAttribute("y1", top);
    edge?.setAttribute("y2", top);
    edge?.setAttribute("aria-valuenow", now);
    edge?.setAttribute("aria-valuetext", write(now));
  }
}

function put(entry, { start, end }) {
  field(entry, "start").value = write(start);
  field(entry, "end").value = write(end);
  draw(entry, { start, end });
}

// Where an edge may go: never past the other one, and a night stays shorter than a day.
function moved(entry, side, minutes) {
  const now = times(entry);
  if (side === "start") return { ...now, start: within(minutes, Math.max(0, now.end - DAY + STEP), Math.min(now.end, DAY) - STEP) };
  return { ...now, end: within(minutes, now.start + STEP, now.start + DAY - STEP) };
}

const minuteAt = (column, event) => {
  const box = column.getBoundingClientRect();
  return within(((event.clientY - box.top) / box.height) * DAY, 0, DAY);
};

function edgeNear(column, event) {
  const box = column.getBoundingClientRect();
  const far = (edge) => Math.abs(box.top + (Number(edge.getAttribute("y1")) / DAY) * box.height - event.clientY);
  const near = [...column.querySelectorAll("[data-edge]")].filter((edge) => far(edge) <= GRIP);
  return near.sort((a, b) => far(a) - far(b))[0];
}

function begin(event) {
  const column = event.target.closest?.("[data-column]");
  if (!column || event.button !== 0 || event.pointerType === "touch") return;
  const edge = edgeNear(column, event);
  if (!edge && event.target.closest("[data-bar]")) return;
  event.preventDefault();
  edge?.focus();
  drag = { column, y: event.clientY, id: event.pointerId, anchor: snap(minuteAt(column, event)), started: false };
  if (edge) Object.assign(drag, { entry: edge.dataset.edge, side: edge.dataset.side, before: times(edge.dataset.edge) });
}

// The answer to an earlier change may draw the picture anew under a drag: it goes on in the new column.
function stay() {
  if (drag.column.isConnected) return;
  drag.column = document.querySelector(`[data-column="${drag.column.dataset.column}"]`);
  drag.drawn = null;
  drag.column.setPointerCapture(drag.id);
}

function sketch(now) {
  drag.drawn ??= drag.column.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "rect"));
  drag.span = { start: Math.min(drag.anchor, now), end: Math.max(drag.anchor, now) };
  const shape = { class: "week-picture-bar", x: 0.3, width: 9.4, y: drag.span.start, height: drag.span.end - drag.span.start };
  for (const [name, value] of Object.entries(shape)) drag.drawn.setAttribute(name, value);
}

function move(event) {
  if (!drag || event.pointerId !== drag.id) return;
  if (!drag.started && Math.abs(event.clientY - drag.y) < THRESHOLD) return;
  if (!drag.started) drag.column.setPointerCapture(event.pointerId);
  drag.started = true;
  stay();
  const now = snap(minuteAt(drag.column, event));
  if (!drag.entry) return sketch(now);
  // The end of a night lies in the column of the next day.
  const beyond = drag.side === "end" && drag.before.end > DAY ? DAY : 0;
  drag.after = moved(drag.entry, drag.side, beyond ? Math.max(DAY + STEP, now + DAY) : now);
  draw(drag.entry, drag.after);
}

// New hours go into the first empty row; without one the server is asked for another row.
function place(weekday, span) {
  const day = document.querySelector(`[data-hours-day="${weekday}"]`);
  const rows = [...day.querySelectorAll("[data-hours-entry]")];
  const row = rows.find((each) => [...each.querySelectorAll("input")].every((input) => !input.value));
  if (!row) return day.querySelector("[data-hours-add]")?.click();
  row.classList.remove("hours-entry-empty");
  const [from, to] = row.querySelectorAll("input");
  from.value = write(span.start);
  to.value = write(span.end);
  changed(to);
}

function finish(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const { column, entry, side, started, after, span, drawn } = drag;
  drag = null;
  drawn?.remove();
  if (!started) return;
  if (!entry) return void (span && span.end > span.start && place(column.dataset.column, span));
  put(entry, after);
  changed(field(entry, side));
}

function cancel() {
  if (!drag) return;
  drag.drawn?.remove();
  if (drag.entry) draw(drag.entry, drag.before);
  drag = null;
}

function press(event) {
  if (event.key === "Escape" && drag) return cancel();
  const edge = event.target.closest?.("[data-edge]");
  const way = edge && ARROWS[event.key];
  if (!way) return;
  event.preventDefault();
  const { edge: entry, side } = edge.dataset;
  put(entry, moved(entry, side, times(entry)[side] + way * (event.shiftKey ? 60 : STEP)));
  changed(field(entry, side));
}

// The answer of the server draws the picture anew: the edge that had the focus gets it back.
function comeBack() {
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", finish);
document.addEventListener("pointercancel", cancel);
document.addEventListener("keydown", press);
document.addEventListener("focusin", ({ target }) => { focused = target.matches("[data-edge]") ? target.id : ""; });
document.addEventListener("htmx:after:swap", comeBack);
document.addEventListener("htmx:after:settle", comeBack);
