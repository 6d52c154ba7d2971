// Keeps a board current: it says by the marks of its parts what it holds, takes in what changed since, tells it quietly
// and marks it for a while. Nothing changes under a hand, a form, an open list or a selection: then it waits.
const news = document.getElementById("news");
const { dataset: words } = news;
const said = news.querySelector("p"), buttons = [...news.querySelectorAll("button")];
const WATCHED = "[data-event-id], .team td[data-date] > a";
const KINDS = ["new", "moved", "cancelled", "gone", "changed"];
const TOLD = 30_000, MARKED = 300_000;
const board = () => document.getElementById("board");
const asker = () => document.querySelector("#board-poll > [data-poll]");
const asks = (element) => element.matches?.("#board-poll > [data-poll]");

// --- When it asks ---------------------------------------------------------------------------------------------------

let due = 0;
let asked = Date.now();

function isBusy() {
  const selection = getSelection();
  return document.hidden || document.documentElement.dataset.carrying || document.querySelector("dialog[open], #board :popover-open, #hand-refused:popover-open")
    || (!selection.isCollapsed && board().contains(selection.anchorNode));
}

function wait() {
  due ||= setInterval(() => {
    if (isBusy()) return;
    due = clearInterval(due);
    asker()?.dispatchEvent(new Event("ask"));
  }, 400);
}

const holds = () => [`frame=${board().dataset.frame}`, ...[...board().querySelectorAll("[data-mark]")].map(({ id, dataset }) => `${id}=${dataset.mark}`)].join(" ");

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (asks(ctx.sourceElement) || ctx.sourceElement === board()) ctx.request.headers["X-Board"] = holds();
});
document.addEventListener("htmx:before:request", (event) => {
  if (!asks(event.detail.ctx.sourceElement)) return;
  asked = Date.now();
  if (!isBusy()) return;
  event.preventDefault();
  wait();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - asked > 1000 * asker()?.dataset.poll) wait();
});

// --- What came ------------------------------------------------------------------------------------------------------

// What stood on the board before an answer came.
const coming = new WeakMap();
// As if the board had come whole: what stands on it looks after itself then.
const settled = () => board().dispatchEvent(new CustomEvent("htmx:after:settle", { bubbles: true }));

document.addEventListener("htmx:before:swap", (event) => {
  // What was changed on this page is told by its toast.
  const { ctx } = event.detail, own = ctx.sourceElement === board();
  if (!own && !asks(ctx.sourceElement)) return;
  if (!own && isBusy()) {
    event.preventDefault();
    wait();
  } else coming.set(ctx, own ? null : visits());
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!coming.has(ctx)) return;
  const old = coming.get(ctx);
  if (old) compare(old, visits());
  if (ctx.response.headers.get("X-Board")) settled();
});
// What was changed here shows already.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.response.status === 204 && ctx.sourceElement === board()) settled();
});
document.addEventListener("board-read", ({ detail }) => {
  const line = board()?.querySelector("[data-read]");
  if (line) line.textContent = detail.text;
});

const place = (link) => link.closest("[data-clinician-id]");
const nameOf = (link) => place(link)?.querySelector(".head h2 .sr-only, th")?.textContent.trim() ?? "";

// Each visit once, whoever takes part: from when to when, at whose, and its sentence. Of a team's figures, each day.
function visits() {
  const found = new Map();
  for (const link of board().querySelectorAll(WATCHED)) {
    const { eventId, start = "", end = "", status = "" } = link.dataset;
    const key = eventId ?? `${place(link).dataset.clinicianId} ${link.parentElement.dataset.date}`;
    const one = found.get(key) ?? { start, end, status, people: [], names: [], said: "" };
    if (start < one.start) one.start = start;
    if (end > one.end) one.end = end;
    one.people.push(place(link)?.dataset.clinicianId);
    one.names.push(nameOf(link));
    one.said ||= plain(link);
    found.set(key, one);
  }
  return found;
}

function kindOf(old, now) {
  if (!old) return now.status === "cancelled" ? "" : "new";
  if (!now) return old.status === "cancelled" ? "" : "gone";
  if (now.status === "cancelled" && old.status !== "cancelled") return "cancelled";
  const at = ({ start, end, people }) => [start, end, ...people.toSorted()].join();
  if (at(old) !== at(now)) return "moved";
  return old.said === now.said && old.status === now.status ? "" : "changed";
}

function compare(old, now) {
  let found = false;
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const kind = kindOf(old.get(key), now.get(key));
    if (!kind) continue;
    found = true;
    const first = fresh.get(key);
    remember(key, { kind: first?.kind === "new" && kind !== "gone" ? "new" : kind, was: kind === "moved" ? first?.was ?? was(old.get(key), now.get(key)) : "" });
  }
  if (found) tell();
}

// --- How it is told -------------------------------------------------------------------------------------------------

const fresh = new Map();
const inZone = (options) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: words.zone, hourCycle: "h23", ...options });
const clock = inZone({ hour: "2-digit", minute: "2-digit" }), weekday = inZone({ weekday: "short" }), day = inZone({ dateStyle: "short" });

function was(old, now) {
  const start = new Date(old.start), end = new Date(old.end), other = new Date(now.start);
  const hours = `${clock.format(start)}–${clock.format(end)}`;
  const when = day.format(start) === day.format(other) ? hours : `${weekday.format(start)} ${hours}`;
  const who = old.people.toSorted().join() === now.people.toSorted().join() ? "" : old.names.join(", ");
  return words.before.replace("{before}", [old.start === now.start && old.end === now.end ? "" : when, who].filter(Boolean).join(", "));
}

function remember(key, one) {
  clearTimeout(fresh.get(key)?.timer);
  fresh.set(key, { ...one, timer: setTimeout(() => forget(key), MARKED) });
}

const linksOf = (key) => [...board().querySelectorAll(WATCHED)].filter((link) => (link.dataset.eventId ?? `${place(link).dataset.clinicianId} ${link.parentElement.dataset.date}`) === key);
const holder = (link) => link.closest("li, td");
const suffix = ({ kind, was: told }) => `, ${told || words["mark" + kind]}`;
// The sentence of a visit as the server said it.
function plain(link) {
  const text = link.ariaLabel ?? link.textContent;
  return link.ariaLabel && holder(link).dataset.told ? text.replace(holder(link).dataset.told, "") : text;
}

function mark() {
  for (const [key, one] of fresh) {
    for (const link of linksOf(key)) {
      const box = holder(link);
      if (box.dataset.fresh) continue;
      box.dataset.fresh = one.kind;
      box.dataset.was = one.was || words[`mark${one.kind}`] || "";
      if (!link.ariaLabel) continue;
      box.dataset.told = suffix(one);
      link.ariaLabel += box.dataset.told;
    }
  }
}

function forget(key) {
  for (const link of linksOf(key)) {
    link.ariaLabel &&= plain(link);
    for (const name of ["fresh", "was", "told"]) delete holder(link).dataset[name];
  }
  clearTimeout(fresh.get(key)?.timer);
  fresh.delete(key);
}

let timer = 0;

function tell() {
  mark();
  const kinds = [...fresh.values()].map(({ kind }) => kind);
  const counts = KINDS.map((kind) => [kind, kinds.filter((each) => each === kind).length]).filter(([, count]) => count);
  const title = kinds.length === 1 ? words.one : words.many.replace("{n}", kinds.length);
  said.textContent = `${title}: ${counts.map(([kind, count]) => words[kind].replace("{n}", count)).join(", ")}`;
  buttons[0].hidden = ![...fresh.keys()].some((key) => linksOf(key).length);
  buttons[1].hidden = false;
  clearTimeout(timer);
  timer = setTimeout(leave, TOLD);
}

function leave() {
  if (news.matches(":hover, :focus-within")) timer = setTimeout(leave, TOLD);
  else hush();
}

function hush() {
  said.textContent = "";
  for (const button of buttons) button.hidden = true;
}

news.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const first = [...fresh.keys()].flatMap(linksOf)[0];
  if (button === buttons[1]) for (const key of fresh.keys()) forget(key);
  hush();
  const next = button === buttons[0] ? first : board().querySelector('.grid [tabindex="0"]');
  next?.scrollIntoView({ block: "center", inline: "nearest" });
  next?.focus({ preventScroll: true });
});
// Who opens a visit has seen it.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.(WATCHED);
  if (link?.dataset.eventId && fresh.has(link.dataset.eventId)) forget(link.dataset.eventId);
});
document.addEventListener("htmx:after:settle", ({ target }) => {
  if (target.id !== "board") return;
  mark();
});
// Another week or day is another board.
document.addEventListener("htmx:before:history:update", () => { [...fresh.keys()].forEach(forget); hush(); });
