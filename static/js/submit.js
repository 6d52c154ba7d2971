// One press, one request: while a form is on the way its second submit is dropped and it shows that it is busy. Works for
// htmx and for plain forms; buttons stay enabled, so that focus and the pressed button's own value are kept.
const root = document.documentElement;
let running = 0;

const busy = (form, on) => form?.[on ? "setAttribute" : "removeAttribute"]("aria-busy", "true");
const formOf = (ctx) => ctx.sourceElement?.closest?.("form");
const writes = (ctx) => ctx.request.method !== "GET";

document.addEventListener("submit", (event) => {
  if (event.target.ariaBusy !== "true") return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!event.defaultPrevented && form.method === "post") setTimeout(busy, 0, form, true);
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  running += 1;
  root.toggleAttribute("data-loading", true);
  ctx.busyForm = writes(ctx) ? formOf(ctx) : null;
  busy(ctx.busyForm, true);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!("busyForm" in ctx)) return;
  running -= 1;
  root.toggleAttribute("data-loading", running > 0);
  busy(ctx.busyForm, false);
});

// Back from the browser's page cache: nothing is on the way any more.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[aria-busy]").forEach((form) => busy(form, false));
});
