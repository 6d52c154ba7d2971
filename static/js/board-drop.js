// Putting a visit down: the server's own move form is filled in and sent, with its intent and the version that was read.
// A place that is not free is only asked about first. What the server answers is what is shown.
import { bodies, columnOf, personOf, reach } from "./board-ruler.js";
import { cancel, carried, chipOf, focusOn, form, giveUp, goOn, miss, put, saving } from "./board-carry.js";
import { clockOf, fits, hostAt, iso, wall } from "./board-places.js";
import { refuse, say, sentence, told, words } from "./board-tell.js";

const stamp = (minute) => `${iso(minute).slice(0, 19)}Z`;
// What was sent last, whether it has come true while the board is not here yet, and where the ghost was in another week.
let sent = null;
let landing = false;
let before = null;

export async function drop() {
  const one = carried();
  // A board that is being swapped away is no place to put anything down.
  if (saving() || one.dropped || !one.to.body.isConnected) return;
  one.dropped = true;
  document.documentElement.dataset.carrying = "waiting";
  if (!await one.ready || one !== carried() || !one.to.body.isConnected) return;
  const { minute, minutes, body } = one.to, host = hostAt(one, body);
  if (host === null) return void giveUp([words.others]);
  if (minute === one.start && minutes === one.minutes && host === one.host) return void cancel();
  fill({ host, minutes, date: wall(one, minute).slice(0, 10), start: clockOf(one, minute), which: stamp(minute) });
  const again = `${form().getAttribute("action")}?${new URLSearchParams({ start: stamp(minute), minutes, clinician: host })}`;
  sent = { ...one, again, landed: host === one.host ? one.person : host };
  const reasons = fits(one, one.to) ? [] : await against();
  if (one !== carried()) return;
  if (reasons.length) return void giveUp(reasons, { again });
  say(words.saving);
  form().requestSubmit();
}

function fill(values) {
  for (const [name, value] of Object.entries(values)) form().elements[name].value = value;
}

// What stands against a place, asked without saving anything; nothing where that cannot be asked.
async function against() {
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) };
  const body = new URLSearchParams(new FormData(form()));
  const answer = await fetch(form().dataset.check, { method: "POST", headers, body }).catch(() => null);
  return answer?.ok ? told(await answer.text()) : [];
}

const ours = (ctx) => sent && ctx.sourceElement?.id === "hand-form";

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ours(ctx)) landing = ctx.response.status === 200 && ctx.hx.reswap === "none";
});

// Reasons stand at the visit in place of the form, and a card that finds out by itself does too.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (landing && ctx.target?.id === "board" && !(ctx.response?.status < 400)) land();
  if (!ours(ctx) || landing) return;
  const answer = document.getElementById("hand-answer"), card = answer.querySelector("#outcome");
  const reasons = card ? [] : told(answer.innerHTML);
  answer.replaceChildren();
  put();
  focusOn(sent.id, sent.landed, sent.person);
  if (card || reasons.length) refuse(chipOf(sent.id, sent.person), reasons, card ? { card } : { again: sent.again });
  else say(words.unsaved, true);
});

// It has moved: the board that shows it so has come, or cannot come just now.
function land() {
  landing = false;
  put();
  focusOn(sent.id, sent.landed, sent.person);
  say(sentence("moved", { name: chipOf(sent.id, sent.landed)?.ariaLabel ?? sent.label }));
}

document.addEventListener("htmx:after:settle", ({ target }) => {
  if (target.id !== "board") return;
  const one = carried(), left = one && !one.to.body.isConnected;
  // The board may have settled from another answer meanwhile: the place it was carried from is still known then.
  const place = before ?? (left ? one.place : null);
  if (landing) land();
  else if (one && place) goOn(place);
  else if (left) put();
  before = null;
});

// A board that asks for itself waits by itself (board-live.js). What was changed here comes after the hand has let go.
// Somebody turns to another week: what is carried comes along.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail, one = carried();
  if (!one || ctx.target?.id !== "board" || landing || ctx.sourceElement.matches("[data-poll]")) return;
  if (ctx.sourceElement.matches("#board") || one.how === "pointer" || saving()) {
    event.preventDefault();
    miss();
  } else before = one.place = one.to.body.isConnected ? placeOf(one.to) : one.place;
});

const placeOf = ({ body, minute }) => ({
  column: bodies().indexOf(body), since: minute - reach(body)[0], person: personOf(body), date: columnOf(body).dataset.date,
});

// Another page of the board would leave it behind: under a hand it comes as a part.
const turn = (address) => window.htmx.ajax("GET", address, { target: "#board", swap: "outerHTML", push: "true" });
document.addEventListener("submit", (event) => {
  if (!carried() || !event.target.matches("[data-board-pick]")) return;
  event.preventDefault();
  turn(`${event.target.getAttribute("action")}?${new URLSearchParams(new FormData(event.target))}`);
}, true);
document.addEventListener("click", (event) => {
  const link = carried() && event.target.closest?.("#board .head a[href]");
  if (!link) return;
  event.preventDefault();
  turn(link.getAttribute("href"));
}, true);
