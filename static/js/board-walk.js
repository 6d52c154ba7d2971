// What the keys of the board do. Which press is the board's is told by board-stop.js.
import { cancel, carried, carry, lengthen, lift, spoken, step } from "./board-carry.js";
import { drop } from "./board-drop.js";
import { table } from "./board-ruler.js";
import { next, stride } from "./team-walk.js";
import "./board-drag.js";

const QUARTER = 3, PAUSE = 600;
const hand = document.getElementById("hand");
const bar = document.getElementById("hand-bar");
// The first of these that the page has.
const click = (...choices) => choices.map((css) => document.querySelector(css)).find(Boolean)?.click();
const TOOLS = "#board .tools";
const ahead = () => (getComputedStyle(document.documentElement).direction === "rtl" ? -1 : 1);
const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
let pause = 0;

export function press(event) {
  const one = carried();
  if (one?.how === "keys") return carryBy(event);
  if (one && event.key === "Escape") return cancel();
  const link = document.activeElement?.closest("#board :is(.grid, .team) :is(a, button)");
  if (WAYS[event.key]) arrow(link, event);
  else (GO[event.key] ?? GO[event.key.toLowerCase()])?.(link, event);
}

// --- Walking ----------------------------------------------------------------------------------------------------------

const shown = (column) => [...column.querySelectorAll("a[href], button")].filter((link) => !link.closest("[popover]") && link.offsetParent);

function arrow(link, { key, shiftKey, altKey }) {
  const [down, side] = WAYS[key], across = side * ahead();
  const visit = link?.matches(".v .c > a");
  if (shiftKey && visit) return nudge(link, altKey ? { longer: down * 15 } : { down: down * QUARTER, across });
  if (!link || shiftKey) return undefined;
  if (table()) return next(link, down, across);
  return across ? sideways(link, across) : upDown(link, down);
}

function upDown(link, by) {
  const all = shown(link.closest(".col"));
  all[all.indexOf(link) + by]?.focus();
}

// The link of the next column that has any which stands nearest to this height.
function sideways(link, by) {
  const columns = [...document.querySelectorAll("#board .col")], { top } = link.getBoundingClientRect(), head = link.closest(".head");
  for (let at = columns.indexOf(link.closest(".col")) + by; columns[at]; at += by) {
    const off = (each) => {
      const box = each.getBoundingClientRect();
      return Math.max(box.top - top, top - box.bottom + 1, 0) + Math.abs(box.top - top) / 1e4;
    };
    const found = shown(columns[at]).filter((each) => Boolean(each.closest(".head")) === Boolean(head))
      .reduce((best, each) => (!best || off(each) < off(best) ? each : best), null);
    if (found) return found.focus();
  }
  return undefined;
}

function edge(link, which) {
  const all = shown(link.closest(".col, tr")).filter((each) => each.closest(".v"));
  all.at(which)?.focus();
}

// --- Carrying ---------------------------------------------------------------------------------------------------------

function liftBy(link) {
  if (link?.matches(".v .c > a") && lift(link, "keys")) bar.focus();
}

function carryBy({ key, shiftKey, altKey }) {
  const one = carried();
  if (key === "Escape") return cancel();
  if (key === "Enter" || key === " ") return drop();
  if (key === "PageUp" || key === "PageDown") return click(`#board [rel=${key === "PageUp" ? "prev" : "next"}]`);
  const [down, side] = WAYS[key] ?? [0, 0];
  if (shiftKey && altKey && down) lengthen(one.to.minutes + down * 15);
  else if (table() && !shiftKey && (down || side)) stride(down, side * ahead());
  else if (!shiftKey && (down || (side && !altKey))) step(down * (altKey ? 1 : QUARTER), side * ahead());
  else return undefined;
  return spoken();
}

// At once, but several presses are one move: it goes when the keys have been still.
function nudge(link, { down = 0, across = 0, longer = 0 }) {
  if (carried()?.how !== "nudge" && !lift(link, "nudge")) return;
  if (carried().dropped) return;
  clearTimeout(pause);
  if (longer) lengthen(carried().to.minutes + longer);
  else step(down, across);
  spoken();
  pause = setTimeout(() => carried()?.how === "nudge" && drop(), PAUSE);
}

// --- Going ------------------------------------------------------------------------------------------------------------

function person(by, link) {
  const pick = document.querySelector("#board select[name=clinician]");
  if (!pick) return link && (table() ? next(link, by, 0, true) : sideways(link, by));
  const other = pick.options[pick.selectedIndex + by];
  if (!other) return undefined;
  other.selected = true;
  return pick.dispatchEvent(new Event("change", { bubbles: true }));
}

const GO = {
  " ": liftBy,
  m: liftBy,
  Home: (link) => edge(link, 0),
  End: (link) => edge(link, -1),
  PageUp: () => click("#board [rel=prev]"),
  PageDown: () => click("#board [rel=next]"),
  t: () => click(`${TOOLS} [role=group] a:not([rel])`),
  d: () => click(`${TOOLS} a[data-view=day]`, ".nav a[href^='/day/']"),
  w: () => click(`${TOOLS} a[data-view=week]`, ".nav a[href^='/week/']"),
  l: () => click("#board :is([data-view=list], [data-view=figures])[aria-pressed=false]", "#board :is([data-view=grid], [data-view=visits])"),
  n: () => click(".bar-book"),
  f: () => click(`${TOOLS} a[href^='/find/']`, ".nav a[href^='/find/']"),
  z: (_link, { shiftKey }) => click(shiftKey ? "#redo-last" : "#undo-last"),
  "?": () => window.htmx.ajax("GET", hand.dataset.keys, { target: "#dialog" }),
  "[": (link) => person(-1, link),
  "]": (link) => person(1, link),
};
