// A visit that is being carried over the board, by pointer or by keys: where it could stand, as the server tells once,
// and a ghost. The visit itself never moves before the server said so.
import { fits, iso, placeWords, readPlaces, tint } from "./board-places.js";
import { bodies, columnOf, minuteAt, personOf, reach, rowAt, rowsOf, table } from "./board-ruler.js";
import { mark, nowhere, refuse, say, sentence, showBar, told, words } from "./board-tell.js";

const root = document.documentElement;
const SHORTEST = 10, LONGEST = 240, MINUTE = 60_000;
export const form = () => document.getElementById("hand-form");
export const saving = () => form()?.ariaBusy === "true";
let held = null;
let missed = false;

export const carried = () => held;
export const miss = () => { missed = true; };

export function chipOf(id, person) {
  const places = [...document.querySelectorAll(`#board .v [data-event-id="${id}"]`)];
  return places.find((chip) => personOf(chip.closest(".body")) === person) ?? places[0];
}

// How: "keys", "pointer" or "nudge"; `edge` for its length alone. False where it cannot be carried: why is told.
export function lift(chip, how, edge = false) {
  const why = saving() ? words.saving : chip.dataset.status !== "scheduled" ? words.fixed : "";
  put();
  refuse(chip, why ? [why] : null);
  if (why) return false;
  const start = Date.parse(chip.dataset.start) / MINUTE, minutes = Date.parse(chip.dataset.end) / MINUTE - start;
  held = {
    id: chip.dataset.eventId, href: chip.getAttribute("href"), person: personOf(chip.closest(".body")), how, edge, start, minutes,
    type: chip.parentElement.dataset.type, name: chip.textContent.split("\n")[0].replace(/^\d\d:\d\d /, ""), label: chip.ariaLabel,
  };
  held.to = { body: chip.closest(".body"), minute: start, minutes };
  held.ready = ask(held);
  carry(how);
  if (how === "keys") say(sentence("lifted", { name: held.label }));
  return true;
}

// From now on by this means; what is parked is carried by keys and by presses.
export function carry(how) {
  held.how = how;
  root.dataset.carrying = held.edge ? "edge" : how;
  chipOf(held.id, held.person)?.parentElement.classList.add("held");
  showBar(true);
  show(held.to);
}

async function ask(one) {
  const spans = bodies().map(reach).filter(Boolean).flat();
  const body = new URLSearchParams([["from", iso(Math.min(...spans))], ["to", iso(Math.max(...spans))]]);
  new Set(bodies().map(personOf)).forEach((person) => body.append("clinician", person));
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) };
  const answer = await fetch(`${one.href}places/`, { method: "POST", headers, body }).catch(() => null);
  const text = await answer?.text() ?? "";
  if (one !== held) return false;
  if (answer?.ok) return receive(one, text);
  const { login } = document.body.dataset;
  if (answer?.status === 401) document.dispatchEvent(new CustomEvent("session-ended", { detail: { login } }));
  return giveUp(told(text));
}

function receive(one, text) {
  const slot = document.getElementById("hand-slot");
  slot.innerHTML = text;
  window.htmx.process(slot);
  Object.assign(one, readPlaces(form().dataset));
  tint(one);
  show(one.to);
  if (one.unsaid) spoken();
  return true;
}

// It stays where it is, and why stands at it. From another week it is not dropped: it goes on in the hand.
export function giveUp(reasons, more = {}) {
  const { id, person, how } = held, chip = chipOf(id, person), keep = !chip && how === "keys" && held.free;
  if (keep) {
    held.dropped = false;
    carry(how);
  } else put();
  if (!keep) focusOn(id, person);
  refuse(chip ?? document.querySelector("#board .ghost"), reasons.length ? reasons : [words.unasked], more);
  return false;
}

// The focus on a visit, or on the "+n" that holds it, in sight; where it is not shown, on the board's own stop.
export function focusOn(id, ...people) {
  const chip = people.map((person) => chipOf(id, person)).find(Boolean), heap = chip?.closest("[popover]:not(:popover-open)");
  const to = heap?.previousElementSibling ?? chip ?? document.querySelector("#board :is(.grid, .team) [tabindex='0']");
  to?.focus({ preventScroll: true });
  to?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function show(to) {
  held.to = to;
  refuse(null, null);
  mark(to, held, held.free ? fits(held, to) : null, held.clock ? placeWords(held) : "");
}

// To a row of a column, snapped to so many rows.
export function moveTo(body, row, snap) {
  const last = rowsOf(body) - 1, snapped = Math.max(0, Math.round(row / snap) * snap);
  if (reach(body)) show({ ...held.to, body, minute: minuteAt(body, Math.min(last - last % snap, snapped)) });
}

// Its end to a row.
export function stretchTo(row, snap) {
  const { body, minute } = held.to;
  lengthen(minuteAt(body, Math.max(0, Math.round(row / snap) * snap)) - minute);
}

export function lengthen(minutes) {
  show({ ...held.to, minutes: Math.min(LONGEST, Math.max(SHORTEST, minutes)) });
}

// Rows down and columns sideways; a row is five minutes.
export function step(down, across) {
  const { body, minute } = held.to, all = bodies(), to = all[all.indexOf(body) + across];
  if (to && reach(to) && (!table() || personOf(to) === personOf(body))) moveTo(to, (rowAt(body, minute) ?? 0) + down, 1);
}

// Where keys have carried the ghost: in sight, and said once the places are known.
export function spoken() {
  document.querySelector("#board .ghost")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  held.unsaid = !held.free;
  if (held.free) say(sentence(fits(held, held.to) ? "placeFree" : "placeTaken", { place: placeWords(held) }));
}

// Out of the hand, as if nothing had been: nothing was asked for.
export function put() {
  if (!held) return;
  document.querySelectorAll("#board :is(.fit, .ghost)").forEach((each) => each.remove());
  document.querySelectorAll("#board .held").forEach((each) => each.classList.remove("held"));
  delete root.dataset.carrying;
  showBar(false);
  held = null;
  if (missed) window.htmx.trigger(document.body, "appointment-changed");
  missed = false;
}

export function cancel() {
  if (!held || saving()) return;
  const { id, person, how } = held;
  put();
  say(words.back);
  if (how !== "pointer") focusOn(id, person);
}

// Another week or day came under the hand: the ghost keeps its person or column and its time; places are asked for anew.
export function goOn({ column, since, person, date }) {
  const all = bodies(), own = all.filter((each) => personOf(each) === person);
  const body = own.find((each) => columnOf(each).dataset.date === date) ?? (own.length === 1 ? own[0] : all[Math.min(column, all.length - 1)]);
  if (!body || !reach(body)) return nowhere(words.nowhere);
  held.free = null;
  held.dropped = false;
  held.to = { ...held.to, body, minute: reach(body)[0] + since };
  held.ready = ask(held);
  carry("keys");
}
