// A request that failed says so in one plain sentence and leaves the page, and what was typed, as they are. Sentences come
// from the `notice` trigger of the answer, from its own [data-notice], or from the translated attributes of #alert.
const box = document.getElementById("alert");
const FORMS = [409, 422];
const WORDS = { 413: "tooLarge", 419: "tooMany", 429: "tooMany" };
const WHOLE_PAGE = /^\s*<(!doctype|html)/i;
let cause = null;
let offline = false;

function hide() {
  box.replaceChildren();
  document.body.append(box);
}

// An open dialog makes the rest of the page inert: the message must stand inside it.
const place = () => document.querySelector("#sign-in[open]") ?? document.querySelector("dialog[open]") ?? document.body;

function show(text, { title, login, again } = {}) {
  const part = document.getElementById("alert-part").content.cloneNode(true);
  part.querySelector("[data-title]").textContent = title ?? "";
  part.querySelector("[data-text]").textContent = text;
  part.querySelector("[data-again]").hidden = !again;
  const link = part.querySelector("[data-sign-in]");
  login ? link.setAttribute("href", login) : link.remove();
  place().prepend(box);
  box.replaceChildren(part);
}

// What may stand in the place it was asked for: our parts for reading, and forms that come back.
function belongs({ request, response: { status }, text }, page, own) {
  if (status === 401 || status === 429 || status >= 500 || !text.trim() || WHOLE_PAGE.test(text)) return false;
  if (request.method === "GET") return Boolean(own) || FORMS.includes(status);
  return FORMS.includes(status) && (!own || Boolean(page.querySelector("[data-swap]")));
}

function refused({ detail: { ctx } }) {
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  const own = page.querySelector("[data-notice]")?.textContent.replace(/\s+/g, " ").trim();
  if (belongs(ctx, page, own)) return;
  ctx.swap = "none";
  cause = ctx.sourceElement;
  const told = /notice|session-ended/.test(ctx.hx.trigger ?? "");
  if (!told) show(own ?? box.dataset[WORDS[ctx.response.status] ?? "server"]);
}

// A whole page where a part was asked for, such as the login page of something that stands before us.
function strange(event) {
  const { ctx } = event.detail;
  if (ctx.response.status >= 400 || ctx.target === document.body || ctx.select || !WHOLE_PAGE.test(ctx.text)) return;
  event.preventDefault();
  cause = ctx.sourceElement;
  show(box.dataset.strange);
}

function lost({ detail: { ctx, error } }) {
  if (!ctx?.request) return;
  cause = ctx.sourceElement;
  offline = error !== "timeout";
  const again = ctx.request.method !== "GET" && cause.matches("form");
  box.submitter = again ? ctx.request.submitter : null;
  show(offline ? box.dataset.network : box.dataset.timeout, { again });
}

// The same form, with the same intent: what was done already is not done twice.
function sendAgain() {
  const form = cause;
  const submitter = box.submitter?.isConnected ? box.submitter : null;
  hide();
  if (form?.isConnected) form.requestSubmit(submitter);
}

if (box) {
  document.addEventListener("htmx:response:error", refused);
  document.addEventListener("htmx:after:request", strange);
  document.addEventListener("htmx:error", lost);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!box.isConnected || (ctx.response?.status < 400 && ctx.sourceElement === cause)) hide();
  });
  document.addEventListener("notice", ({ detail }) => show(detail.text ?? box.dataset.server, detail));
  document.addEventListener("session-ended", ({ detail }) => show(box.dataset.signedOut, detail));
  addEventListener("online", () => {
    if (offline && box.childElementCount) box.querySelector("[data-text]").textContent = box.dataset.online;
  });
  box.addEventListener("click", ({ target }) => {
    if (target.closest("[data-dismiss]")) hide();
    else if (target.closest("[data-again]")) sendAgain();
  });
  document.getElementById("dialog")?.addEventListener("close", () => box.isConnected || hide());
}
