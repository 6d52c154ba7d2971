// A pointer on the board: a visit is dragged, or its lower edge; time is drawn on free ground; what was lifted by keys or
// parked is put down by a press. The page scrolls at its edges, Escape lets go.
import { carried, cancel, carry, lift, moveTo, stretchTo } from "./board-carry.js";
import { bodyUnder, minuteAt, ROW, rowAt, rowUnder, table } from "./board-ruler.js";
import { drop } from "./board-drop.js";
import { mark } from "./board-tell.js";

const EDGE = 48, TOWARDS = 8, FASTEST = 14, QUARTER = 3, LEAST = 15, MOST = 240;
const GROUND = "#board :is(.body, td.col)";
const bar = document.getElementById("hand-bar");
const snapOf = (event) => (event.altKey || event.shiftKey ? 1 : QUARTER);
const within = (element, { clientX: x, clientY: y }) => {
  const box = element.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
};

// What of the grid is in sight, and what scrolls it down: itself, or on a narrow screen the page, between tabs and bar.
function sight(grid) {
  const box = grid.getBoundingClientRect(), { direction, overflowY } = getComputedStyle(grid), paged = overflowY === "hidden";
  return {
    tall: paged ? document.scrollingElement : grid,
    top: paged ? document.querySelector("#board .tabbar").getBoundingClientRect().bottom : box.top + grid.querySelector(".corner, thead").offsetHeight,
    bottom: Math.min(box.bottom, paged && !bar.hidden ? bar.getBoundingClientRect().top : innerHeight),
    left: direction === "rtl" ? box.left : box.left + grid.querySelector(".axis, .who").offsetWidth,
    right: box.right,
  };
}

// How far an edge pulls in a frame. Only who has gone towards it is pulled: on a phone a visit reaches from edge to edge.
function pull(at, from, low, high) {
  const edge = Math.min(EDGE, (high - low) / 4), near = Math.min(0, (at - low) / edge - 1) + Math.max(0, 1 - (high - at) / edge);
  return (at - from) * Math.sign(near) > TOWARDS ? Math.max(-1, Math.min(1, near)) * FASTEST : 0;
}

// Follow the pointer until it is let go: `move` for each place, `end` with whether it was let go on purpose.
function follow(event, move, end) {
  const grid = document.querySelector("#board :is(.grid, .team)");
  let last = event, frame = requestAnimationFrame(scroll);

  function scroll() {
    const { top, bottom, left, right, tall } = sight(grid), at = () => [tall.scrollTop, grid.scrollLeft].join(), was = at();
    tall.scrollBy({ top: pull(last.clientY, event.clientY, top, bottom), behavior: "instant" });
    grid.scrollBy({ left: pull(last.clientX, event.clientX, left, right), behavior: "instant" });
    if (was !== at()) move(last);
    frame = requestAnimationFrame(scroll);
  }
  function moved(next) {
    last = next;
    move(next);
  }
  function over(next) {
    stop();
    if (next.type === "pointerup") addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 60);
    end(next.type === "pointerup" ? next : null);
  }
  function key(next) {
    if (next.key !== "Escape") return;
    next.preventDefault();
    next.stopPropagation();
    stop();
    end(null);
  }
  function stop() {
    cancelAnimationFrame(frame);
    for (const [name, listener] of listeners) document.removeEventListener(name, listener, true);
  }
  const listeners = [["pointermove", moved], ["pointerup", over], ["pointercancel", over], ["keydown", key]];
  for (const [name, listener] of listeners) document.addEventListener(name, listener, true);
  move(event);
}

const swallow = (event) => {
  event.preventDefault();
  event.stopPropagation();
};

// A press that began at `start` has become a drag. Where the visit cannot be carried, nothing follows.
export function drag(start, event) {
  if (start.link.matches(".f > a")) return draw(start, event);
  const body = start.link.closest(".body");
  if (!lift(start.link, "pointer", start.edge)) return follow(event, () => {}, () => {});
  const grabbed = rowUnder(body, start.y) - rowAt(body, carried().start);
  follow(event, (at) => {
    if (!carried()) return;
    if (start.edge) stretchTo(rowUnder(body, at.clientY), snapOf(at));
    else if (!within(bar, at)) place(at, grabbed);
  }, (at) => {
    if (!at) cancel();
    else if (carried() && within(bar, at)) park();
    else if (carried()) drop();
  });
}

// To where the pointer is; in the week of a team what is carried keeps its time of day.
function place(at, grabbed) {
  const to = bodyUnder(at.clientX, at.clientY), { body, minute } = carried().to;
  if (table()) moveTo(to, rowAt(body, minute), 1);
  else moveTo(to, rowUnder(to, at.clientY) - grabbed, snapOf(at));
}

function park() {
  carry("keys");
  bar.focus();
}

// Free time, drawn: the booking form opens with its start and length.
function draw({ link, y }, event) {
  const body = link.closest(".body"), first = rowAt(body, Date.parse(link.dataset.start) / 60_000);
  const from = Math.max(first, Math.floor(rowUnder(body, y) / QUARTER) * QUARTER);
  const [hour, minute] = /(\d+):(\d+)/.exec(link.textContent).slice(1).map(Number);
  const clock = (row) => {
    const all = hour * 60 + minute + (row - first) * ROW;
    return `${String(Math.floor(all / 60) % 24).padStart(2, "0")}:${String(all % 60).padStart(2, "0")}`;
  };
  let minutes = 0;
  // What others change waits until the hand lets go.
  document.documentElement.dataset.carrying = "draw";
  follow(event, (at) => {
    if (at === event) return;
    const snap = snapOf(at), end = Math.round(rowUnder(body, at.clientY) / snap) * snap;
    minutes = Math.min(MOST, Math.max(LEAST, (end - from) * ROW));
    mark({ body, minute: minuteAt(body, from), minutes }, { type: "draw", name: "" }, true, `${clock(from)}–${clock(from + minutes / ROW)}`);
  }, (at) => {
    delete document.documentElement.dataset.carrying;
    document.querySelector("#board .ghost")?.remove();
    if (!at) return;
    const url = new URL(link.href);
    if (minutes) {
      url.searchParams.set("start", `${new Date(minuteAt(body, from) * 60_000).toISOString().slice(0, 19)}Z`);
      url.searchParams.set("minutes", minutes);
    }
    link.focus({ preventScroll: true });
    window.htmx.ajax("GET", `${url.pathname}${url.search}`, { target: "#dialog" });
  });
}

// What is carried without a button held follows a mouse, and a press puts it down; a finger shows the place first.
document.addEventListener("pointermove", (event) => {
  if (carried()?.how === "keys" && event.pointerType === "mouse" && event.target.closest?.(GROUND)) point(event);
});
document.addEventListener("click", (event) => {
  const one = carried();
  if (one?.how !== "keys" || !event.target.closest?.(GROUND)) return;
  swallow(event);
  const { body, minute } = one.to;
  point(event);
  if (event.pointerType === "mouse" || (one.to.body === body && one.to.minute === minute)) drop();
}, true);

function point(event) {
  if (!carried().edge) place(event, 0);
}

bar.addEventListener("click", ({ target }) => {
  if (target.closest("[data-drop]")) drop();
  else if (target.closest("[data-cancel]")) cancel();
});
