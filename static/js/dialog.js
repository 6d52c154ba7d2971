// One <dialog id="dialog"> for the page. Content that htmx puts into it opens it; an empty swap, Escape, the backdrop,
// [data-close] or the response trigger `close-dialog` close it. Focus goes back to where it came from.
const dialog = document.getElementById("dialog");
let opener = null;
let dirty = false;

const close = () => dialog.open && dialog.close();
// What was typed into a form that is no longer there has been sent.
const mayClose = () => !dirty || !dialog.querySelector("form") || confirm(dialog.dataset.discard);

function show() {
  if (dialog.open) return;
  opener = document.activeElement;
  dirty = false;
  dialog.showModal();
  dialog.querySelector("[autofocus], form :is(input:not([type=hidden]), select, textarea)")?.focus();
}

if (dialog) {
  document.addEventListener("htmx:after:settle", (event) => {
    if (event.target === dialog) dialog.childElementCount ? show() : close();
  });
  document.addEventListener("close-dialog", close);
  dialog.addEventListener("input", () => { dirty = true; });
  dialog.addEventListener("click", (event) => {
    const leaving = event.target === dialog || event.target.closest("[data-close]");
    if (!leaving) return;
    event.preventDefault();
    if (mayClose()) close();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target === dialog && !mayClose()) event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    // The opener may have been swapped for a new element with the same id.
    const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
    (back ?? document.getElementById("main"))?.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("dialog-closed"));
  });
}
