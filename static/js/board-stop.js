// The board is one stop of the Tab key: of all its links one can be reached, and arrows lead to the others. The focus
// survives every swap: on the same visit or time, else on what stands nearest in the same column.
const hand = document.getElementById("hand");
const LINKS = "#board :is(.grid, .team) :is(a[href], button):not([popover] *)";
const TYPING = "input, select, textarea, [contenteditable], dialog, [popover]";
const IN_GRID = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", " "];
const ANYWHERE = "mtdwlnfzZ?[]";
let last = null;

const whereOf = (link) => {
  const column = link.closest(".col"), box = link.getBoundingClientRect();
  return {
    event: link.dataset.eventId, start: link.dataset.start, href: link.getAttribute("href"), person: column?.dataset.clinicianId, date: column?.dataset.date,
    column: [...document.querySelectorAll("#board .col")].indexOf(column), top: box.top,
  };
};
const like = (link, { event, start, href, person, date }) => {
  const column = link.closest(".col")?.dataset ?? {};
  return column.clinicianId === person && column.date === date && (event ? link.dataset.eventId === event : start ? link.dataset.start === start : link.getAttribute("href") === href);
};

function stopAt(link) {
  for (const other of document.querySelectorAll(`${LINKS}[tabindex="0"]`)) other.tabIndex = -1;
  link.tabIndex = 0;
}

function same(links) {
  const found = links.find((link) => like(link, last)) ?? (last.event && links.find((link) => link.dataset.eventId === last.event));
  if (found) return found;
  const column = links.filter((link) => whereOf(link).column === last.column && link.closest(".body"));
  const off = (link) => Math.abs(link.getBoundingClientRect().top - last.top);
  return column.reduce((best, link) => (!best || off(link) < off(best) ? link : best), null);
}

function settle() {
  const grid = document.querySelector("#board :is(.grid, .team)"), links = [...document.querySelectorAll(LINKS)];
  if (!links.length) return;
  for (const link of links) link.tabIndex = -1;
  grid.tabIndex = -1;
  const found = last && same(links);
  stopAt(found ?? links.find((link) => link.closest(".today .v")) ?? links.find((link) => link.closest(".v")) ?? links[0]);
  const lost = [document.body, null].includes(document.activeElement) || grid.contains(document.activeElement);
  if (found && lost && found !== document.activeElement) found.focus({ preventScroll: true });
}

document.addEventListener("focusin", ({ target }) => {
  const link = target.closest?.(LINKS);
  last = link ? whereOf(link) : null;
  if (link) stopAt(link);
});
document.addEventListener("pointerdown", ({ target }) => { if (!target.closest?.(LINKS)) last = null; });
document.addEventListener("htmx:after:settle", ({ target }) => { if (target.id === "board") settle(); });
settle();

// Whether this press is the board's: never while somebody types, nor one that has another meaning already.
function isOurs({ key, target, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented }) {
  if (defaultPrevented || ctrlKey || metaKey || document.querySelector("dialog[open]") || target.closest?.(TYPING)) return false;
  const carrying = document.documentElement.dataset.carrying;
  const elsewhere = target.closest?.("button") || (target.closest?.("a[href]") && !target.closest(LINKS));
  if (carrying === "keys" && !elsewhere) return IN_GRID.includes(key) || ["Enter", "Escape"].includes(key);
  if (carrying) return key === "Escape" || (carrying === "nudge" && IN_GRID.includes(key));
  if (key.length === 1 && ANYWHERE.includes(key)) return !altKey && hand.dataset.letters === "on";
  const link = target.closest?.(LINKS);
  return Boolean(link) && IN_GRID.includes(key) && (key !== " " || link.matches(".v .c > a")) && (!altKey || shiftKey);
}

// Fetched with the first focus in the board; from then on a press acts at once, in the order in which keys come.
let walk = null;
const load = async () => { walk ??= await import(hand.dataset.walk); };

document.addEventListener("keydown", (event) => {
  if (!isOurs(event)) return;
  event.preventDefault();
  if (walk) walk.press(event);
  else load().then(() => walk.press(event));
});
document.addEventListener("focusin", ({ target }) => { if (target.closest?.(LINKS)) load(); });
