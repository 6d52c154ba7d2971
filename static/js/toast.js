// Toasts arrive as out-of-band parts in #toasts. Each leaves after eight seconds, but never while somebody reads it:
// hover and focus start the time again. Those with data-stay wait for their button.
const region = document.getElementById("toasts");
const TIME = 8000;

function leave(toast) {
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => {
    toast.matches(":hover, :focus-within") ? leave(toast) : toast.remove();
  }, TIME);
}

if (region) {
  const start = (nodes) => nodes.forEach((node) => node.matches?.(".toast:not([data-stay])") && leave(node));
  start([...region.children]);
  new MutationObserver((changes) => changes.forEach((change) => start([...change.addedNodes])))
    .observe(region, { childList: true });
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
  // An undo has come through: the toast that offered it makes way for the one that tells of it, and so does its focus.
  // Not before its form has told the page of the change.
  document.addEventListener("appointment-changed", () => {
    for (const next of region.querySelectorAll("[data-follows]")) {
      const used = document.getElementById(`toast-${next.dataset.follows}`);
      const focused = used?.contains(document.activeElement) || (used && document.activeElement === document.body);
      used?.remove();
      if (focused) next.querySelector("form button, a")?.focus({ preventScroll: true });
    }
  });
}
