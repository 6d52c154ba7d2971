// The side panel: like the dialog, but the page behind it stays in use. Content from htmx shows it; Escape, [data-close],
// an empty swap or the response trigger `close-panel` hide it. Focus goes in when it opens and back when it closes.
const panel = document.getElementById("panel");
let opener = null;

function close() {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  panel.replaceChildren();
  const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
  if (inside) (back ?? document.getElementById("main"))?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("panel-closed"));
}

function show() {
  if (!panel.contains(document.activeElement) && document.activeElement !== document.body) opener = document.activeElement;
  panel.hidden = false;
  panel.focus({ preventScroll: true });
}

if (panel) {
  document.addEventListener("htmx:after:settle", (event) => {
    if (event.target === panel) panel.childElementCount ? show() : close();
  });
  document.addEventListener("close-panel", close);
  panel.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("keydown", (event) => {
    const busy = event.defaultPrevented || document.querySelector("dialog[open], :popover-open");
    if (event.key === "Escape" && !busy && panel.contains(event.target)) close();
  });
}
