// The rows of the weekly hours: adding one shows the next hidden row before it asks the server for another; removing one
// empties it and takes it away. Without script every row is there, and the server adds, removes and copies.
const entries = (day) => [...day.querySelectorAll("[data-hours-entry]")];
const hidden = (entry) => entry.classList.contains("hours-entry-empty");

function show(event, button) {
  const next = entries(button.closest("[data-hours-day]")).find(hidden);
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.classList.remove("hours-entry-empty");
  next.querySelector("input").focus();
}

function remove(event, button) {
  event.preventDefault();
  event.stopPropagation();
  const entry = button.closest("[data-hours-entry]");
  const day = entry.closest("[data-hours-day]");
  for (const input of entry.querySelectorAll("input")) input.value = "";
  if (entries(day).filter((other) => !hidden(other)).length > 1) entry.classList.add("hours-entry-empty");
  (day.querySelector("[data-hours-add]") ?? day.querySelector("input")).focus();
  entry.querySelector("input").dispatchEvent(new Event("change", { bubbles: true }));
}

// Of the lists of days to copy to, one is open at a time; a press elsewhere or Esc closes it.
function closeCopies(except) {
  for (const copy of document.querySelectorAll("[data-hours-copy][open]")) if (copy !== except) copy.open = false;
}

document.addEventListener("click", (event) => {
  closeCopies(event.target.closest("[data-hours-copy]"));
  const add = event.target.closest("[data-hours-add]");
  const gone = event.target.closest("[data-hours-remove]");
  if (add) show(event, add);
  else if (gone) remove(event, gone);
}, true);

document.addEventListener("keydown", (event) => {
  const copy = event.key === "Escape" && event.target.closest("[data-hours-copy][open]");
  if (!copy) return;
  copy.open = false;
  copy.querySelector("summary").focus();
});
