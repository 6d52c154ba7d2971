// Brings out the visits of a board that have some words, as a filter does: the others keep their place. The words stay
// in the memory of this page, because names of patients belong in no address. Loaded when the field is first entered.
let words = [];
let typed = "";

const said = (visit) => (visit.getAttribute("aria-label") ?? visit.textContent).toLocaleLowerCase();

function show() {
  const board = document.getElementById("board");
  if (!board) return;
  let shown = 0;
  const visits = board.querySelectorAll(":is(.c, .m) > [data-event-id], tr:not(.a-leave) [data-event-id]");
  for (const visit of visits) {
    const text = said(visit);
    const found = words.every((word) => text.includes(word));
    visit.closest("li, tr").classList.toggle("found", found);
    shown += found;
  }
  board.classList.toggle("words", words.length > 0);
  const banner = board.querySelector("[data-words-told]");
  banner.hidden = !words.length;
  const told = banner.dataset.told.replace("{shown}", shown).replace("{count}", visits.length);
  if (banner.firstElementChild.textContent !== told) banner.firstElementChild.textContent = told;
}

function set(text) {
  typed = text;
  words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  show();
}

const field = () => document.querySelector("[data-board-words]");
document.addEventListener("input", ({ target }) => target === field() && set(target.value));
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-words-told] button")) return;
  field().value = "";
  set("");
});
document.addEventListener("htmx:after:settle", () => {
  if (!words.length || !field()) return;
  field().value = typed;
  show();
});
set(field().value);
