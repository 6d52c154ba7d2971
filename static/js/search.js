// "/" puts the cursor into the search field, unless somebody is typing; Escape empties it and leaves.
const typing = (target) => target.closest?.("input, select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const field = document.getElementById("search-q");
  if (!field) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  if (event.key === "/" && plain && !typing(event.target) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "Escape" && event.target === field && plain) {
    field.value = "";
    field.blur();
  }
});

// A date chosen from the calendar goes there at once; one that is typed waits for Enter.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-go]") && target.value && !target.dataset.typed) target.form.requestSubmit();
});
document.addEventListener("keydown", ({ target, key }) => {
  if (target.matches?.("[data-go]") && /^[\d]$|Arrow/.test(key)) target.dataset.typed = "1";
});
