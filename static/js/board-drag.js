// A pointer on the board: a visit is dragged, or its lower edge; time is drawn on free ground; what was lifted by keys or
// parked is put down by a press. The page scrolls at its edges, Escape lets go.
import { carried, cancel, carry, lift, moveTo, stretchTo } from "./board-carry.js";
import { bodyUnder, minuteAt, ROW, rowAt, rowUnder } from "./board-ruler.js";
import { drop } from "./board-drop.js";
import { mark } from "./board-tell.js";

const EDGE = 48, FASTEST = 14, QUARTER = 3, LEAST = 15, MOST = 240;
const bar = document.getElementById("hand-bar");
const snapOf = (event) => (event.altKey || event.shiftKey ? 1 : QUARTER);
const within = (element, { clientX: x, clientY: y }) => {
  const box = element.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
};

// Follow the pointer until it is let go: `move` for each place, `end` with whether it was let go on purpose.
function follow(event, move, end) {
  const grid = document.querySelector("#board .grid");
  let last = event, frame = requestAnimationFrame(scroll);

  function scroll() {
    const box = grid.getBoundingClientRect(), head = grid.querySelector(".corner").offsetHeight, side = grid.querySelector(".axis").offsetWidth;
    const by = (at, low, high) => Math.max(-1, Math.min(1, Math.min(0, (at - low) / EDGE - 1) + Math.max(0, 1 - (high - at) / EDGE))) * FASTEST;
    const left = getComputedStyle(grid).direction === "rtl" ? box.left : box.left + side;
    const down = by(last.clientY, box.top + head, box.bottom), across = by(last.clientX, left, box.right);
    const was = [grid.scrollTop, grid.scrollLeft].join();
    if (last !== event) grid.scrollBy({ top: down, left: across, behavior: "instant" });
    if (was !== [grid.scrollTop, grid.scrollLeft].join()) move(last);
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
  const place = (to, at) => moveTo(to, rowUnder(to, at.clientY) - grabbed, snapOf(at));
  follow(event, (at) => {
    if (!carried()) return;
    if (start.edge) stretchTo(rowUnder(body, at.clientY), snapOf(at));
    else if (!within(bar, at)) place(bodyUnder(at.clientX), at);
  }, (at) => {
    if (!at) cancel();
    else if (carried() && within(bar, at)) park();
    else if (carried()) drop();
  });
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
  follow(event, (at) => {
    if (at === event) return;
    const snap = snapOf(at), end = Math.round(rowUnder(body, at.clientY) / snap) * snap;
    minutes = Math.min(MOST, Math.max(LEAST, (end - from) * ROW));
    mark({ body, minute: minuteAt(body, from), minutes }, { type: "draw", name: "" }, true, `${clock(from)}–${clock(from + minutes / ROW)}`);
  }, (at) => {
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
  if (carried()?.how === "keys" && event.pointerType === "mouse" && event.target.closest?.("#board .body")) point(event);
});
document.addEventListener("click", (event) => {
  const one = carried();
  if (one?.how !== "keys" || !event.target.closest?.("#board .body")) return;
  swallow(event);
  const { body, minute } = one.to;
  point(event);
  if (event.pointerType === "mouse" || (one.to.body === body && one.to.minute === minute)) drop();
}, true);

function point(event) {
  const body = bodyUnder(event.clientX), one = carried();
  if (!one.edge) moveTo(body, rowUnder(body, event.clientY), snapOf(event));
}

bar.addEventListener("click", ({ target }) => {
  if (target.closest("[data-drop]")) drop();
  else if (target.closest("[data-cancel]")) cancel();
});
