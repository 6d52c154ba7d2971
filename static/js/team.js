// The week of a team opens at today where it is wider than the screen; once for each table, a refresh leaves it there.
const opened = new WeakSet();

function open() {
  const table = document.querySelector("#board .team"), today = table?.querySelector("th.today");
  if (!today || opened.has(table)) return;
  opened.add(table);
  const side = table.querySelector(".who").offsetWidth, box = table.getBoundingClientRect(), day = today.getBoundingClientRect();
  const back = getComputedStyle(table).direction === "rtl";
  table.scrollBy({ left: back ? day.right - box.right + side : day.left - box.left - side, behavior: "instant" });
}

document.addEventListener("htmx:after:settle", open);
open();
