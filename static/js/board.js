// The board: pickers go there at once, the grid opens at now (or at the first thing of the day), tabs lead to columns
// on a narrow screen. Everything works without this file; it only saves presses.
const narrow = matchMedia("(width < 48rem)");

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("[data-board-pick]");
  if (!form || (target.type === "date" && (target.dataset.typed || !target.value))) return;
  form.requestSubmit();
});
document.addEventListener("keydown", ({ target, key }) => {
  if (target.matches?.("[data-board-pick] input") && /^\d$|Arrow/.test(key)) target.dataset.typed = "1";
});

function column(grid) {
  return grid.querySelector(".col:target") ?? grid.querySelector(".col.today") ?? grid.querySelector(".col");
}

// Once for each grid: sideways to today, downwards a little above the now line. A refresh morphs the same grid and keeps
// where it stands.
const opened = new WeakSet();

function open(grid) {
  if (opened.has(grid)) return;
  opened.add(grid);
  const first = column(grid);
  if (!first) return;
  const axis = grid.querySelector(".axis").offsetWidth;
  if (grid.classList.contains("grid-week")) grid.scrollLeft = first.offsetLeft - axis;
  const line = grid.querySelector(".now");
  const worked = [...grid.querySelectorAll(".o, .c")].map((place) => place.offsetTop);
  const top = line ? line.offsetTop - grid.clientHeight / 3 : Math.min(...worked, grid.scrollHeight) - 12;
  if (worked.length && grid.scrollHeight > grid.clientHeight) grid.scrollTop = Math.max(0, top);
  mark(grid);
}

// The tab of the column that is in view.
function mark(grid) {
  const axis = grid.querySelector(".axis").offsetWidth;
  const seen = [...grid.querySelectorAll(".col")].reduce((best, col) => {
    const off = (c) => Math.abs(c.offsetLeft - axis - Math.abs(grid.scrollLeft));
    return !best || off(col) < off(best) ? col : best;
  }, null);
  const bar = grid.parentElement.querySelector(".tabbar");
  for (const tab of bar?.children ?? []) {
    const here = seen && tab.hash === `#${seen.id}`;
    if (here === tab.hasAttribute("aria-current")) continue;
    tab.toggleAttribute("aria-current", here);
    if (here) bar.scrollLeft = tab.offsetLeft - bar.clientWidth / 2 + tab.offsetWidth / 2;
  }
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest?.(".tabbar a");
  const target = tab && document.getElementById(tab.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const grid = target.parentElement;
  grid.scrollTo({ left: target.offsetLeft - grid.querySelector(".axis").offsetWidth, behavior: "smooth" });
});

let waiting = 0;
document.addEventListener("scroll", ({ target }) => {
  if (!narrow.matches || !target.classList?.contains("grid")) return;
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => mark(target));
}, true);

const openAll = () => document.querySelectorAll("#board > .grid").forEach(open);
document.addEventListener("htmx:after:settle", openAll);
openAll();

// The search for words is loaded by who wants to search.
document.addEventListener("focusin", ({ target }) => target.matches?.("[data-board-words]") && import(target.dataset.src));
