// A request that failed says so in one plain sentence and leaves the page, and what was typed, as they are. Sentences come
// from the `notice` trigger of the answer, from its own [data-notice], or from the translated attributes of #alert.
const box = document.getElementById("alert");
let cause = null;

function hide() {
  box.replaceChildren();
  document.body.append(box);
}

function show(text, { title, login } = {}) {
  const part = document.getElementById("alert-part").content.cloneNode(true);
  part.querySelector("[data-title]").textContent = title ?? "";
  part.querySelector("[data-text]").textContent = text;
  const link = part.querySelector("[data-sign-in]");
  login ? link.setAttribute("href", login) : link.remove();
  // An open dialog makes the rest of the page inert: the message must stand inside it.
  (document.querySelector("dialog[open]") ?? document.body).prepend(box);
  box.replaceChildren(part);
}

function refused({ detail: { ctx } }) {
  const { status } = ctx.response;
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  const own = page.querySelector("[data-notice]")?.textContent.replace(/\s+/g, " ").trim();
  const reading = ctx.request.method === "GET" && status !== 401;
  if (status < 500 && (reading || !own)) return;
  ctx.swap = "none";
  cause = ctx.sourceElement;
  if (!/notice|session-ended/.test(ctx.hx.trigger ?? "")) show(own ?? box.dataset.server);
}

if (box) {
  document.addEventListener("htmx:response:error", refused);
  document.addEventListener("htmx:error", ({ detail: { ctx, error } }) => {
    if (!ctx?.request) return;
    cause = ctx.sourceElement;
    show(error === "timeout" ? box.dataset.timeout : box.dataset.network);
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!box.isConnected || (ctx.response?.status < 400 && ctx.sourceElement === cause)) hide();
  });
  document.addEventListener("notice", ({ detail }) => show(detail.text ?? box.dataset.server, detail));
  document.addEventListener("session-ended", ({ detail }) => show(box.dataset.signedOut, detail));
  box.addEventListener("click", (event) => event.target.closest("[data-dismiss]") && hide());
  document.getElementById("dialog")?.addEventListener("close", () => box.isConnected || hide());
}
