// What a hand on the board shows and says: the ghost, the bar under the board, why something stays where it is, and
// sentences for who cannot see. The words are the page's own: they stand in the attributes of #hand.
import { piecesOf } from "./board-ruler.js";

const hand = document.getElementById("hand");
const bar = document.getElementById("hand-bar");
const box = document.getElementById("hand-refused");
export const words = hand.dataset;
const GAP = 6, RIM = 8;
let refused = null;

// Put in once more, the same sentence must still be a change.
export function say(text, now = false) {
  const region = document.getElementById(now ? "announce-now" : "announce");
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

export const sentence = (name, parts) => words[name].replace(/\{(\w+)\}/g, (_, part) => parts[part] ?? "");

// The reasons in an answer of the server: what stands against the place, else what is wrong with the form.
export function told(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const found = (css) => [...page.querySelectorAll(css)].map((each) => each.textContent.replace(/\s+/g, " ").trim());
  const against = found("[data-conflict], .check > .check-line, .check .soft");
  return against.length ? against : found(".error-summary li, [data-notice]");
}

// The ghost of a place. `fit`: whether it may stand there, null while that is not known.
export function mark({ body, minute, minutes }, { type, name }, fit = null, time = "") {
  const pieces = piecesOf(body, minute, minute + minutes);
  let ghost = document.querySelector("#board .ghost");
  if (!pieces.length) return ghost?.remove();
  const row = pieces[0][0], end = pieces.at(-1)[0] + pieces.at(-1)[1];
  if (ghost?.parentElement !== body) {
    ghost?.remove();
    ghost = document.createElement("div");
    ghost.ariaHidden = "true";
    ghost.dataset.type = type;
    body.append(ghost);
  }
  ghost.className = `ghost r${row} h${end - row}${fit === false ? " no" : fit ? " yes" : ""}`;
  ghost.textContent = [time.split(", ").at(-1), name].filter(Boolean).join("\n");
  bar.querySelector("[data-name]").textContent = name;
  bar.querySelector("[data-place]").textContent = time;
  bar.dataset.fit = fit ?? "";
}

// There is no place for it on this board: the bar says so in place of the last one.
export function nowhere(text) {
  bar.querySelector("[data-place]").textContent = text;
  bar.dataset.fit = false;
  say(text);
}

export function showBar(on) {
  bar.hidden = !on;
}

// Why a visit stays where it is, beside it; `card` is an answer that finds out by itself. Null takes it away.
export function refuse(chip, reasons, { card = null, again = "" } = {}) {
  if (box.matches(":popover-open")) box.hidePopover();
  refused = chip;
  if (!reasons) return;
  box.querySelector("ul").replaceChildren(...reasons.map((reason) => {
    const line = document.createElement("li");
    line.textContent = reason;
    return line;
  }));
  box.querySelector("[data-card]").replaceChildren(...(card ? [card] : []));
  box.querySelector("[data-why]").hidden = Boolean(card);
  const link = box.querySelector("[data-again]");
  link.hidden = !again;
  link.setAttribute("href", again);
  link.setAttribute("hx-get", again);
  box.showPopover(chip ? { source: chip } : {});
  if (chip) stand(chip);
  if (!card) say(`${words.stays} ${reasons.join(" ")}`, true);
}

// Beside the visit where there is room, else under or over it: the visit has the focus and stays in sight.
function stand(chip) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const inside = (at, size, all) => `${Math.max(RIM, Math.min(at, all - size - RIM))}px`;
  const beside = ({ left, right }) => (right + width + RIM < innerWidth ? right + GAP : left - width - GAP);
  const stacked = ({ top, bottom }) => (bottom + height + RIM < innerHeight ? bottom + GAP : top - height - GAP);
  let at = chip.getBoundingClientRect();
  const narrow = beside(at) < 0;
  if (narrow && stacked(at) < 0) {
    chip.scrollIntoView({ block: "start", inline: "nearest" });
    at = chip.getBoundingClientRect();
  }
  const below = stacked(at) < 0 ? at.bottom + GAP : stacked(at);
  box.style.left = inside(narrow ? at.left : beside(at), width, innerWidth);
  box.style.top = inside(narrow ? below : at.top, height, innerHeight);
}

function shut() {
  const inside = box.contains(document.activeElement);
  box.hidePopover();
  if (inside) refused?.focus({ preventScroll: true });
}

box.addEventListener("click", ({ target }) => {
  if (target.closest("[data-shut], [data-again]")) shut();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !box.matches(":popover-open") || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  shut();
});
