// A request that meets an ended session waits: the page is hidden, the login form stands over it, and after signing in
// the same request is sent again, with the same intent and what was typed. A token that another tab's login renewed is
// taken silently. When somebody else has signed in, nothing is sent and the page is left for a fresh one.
const gate = document.getElementById("sign-in");
const root = document.documentElement;
const { body } = document;
const TRIES = 3;
const LEAVING = new Promise(() => {});
let waiting = null;

function triggersOf(answer) {
  try {
    return JSON.parse(answer.headers.get("HX-Trigger") ?? "{}");
  } catch {
    return {};
  }
}

// Whether this page may go on in the session that was told; every form of the page then has its token.
function take({ csrf, account }) {
  if (account !== body.dataset.mark) {
    root.toggleAttribute("data-signed-out", true);
    location.assign(body.dataset.home);
    return false;
  }
  body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": csrf }));
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = csrf;
  return true;
}

function signIn() {
  waiting ??= new Promise((resolve) => {
    root.toggleAttribute("data-signed-out", true);
    if (!gate.open) gate.showModal();
    document.addEventListener("signed-in", ({ detail }) => resolve(detail), { once: true });
    htmx.ajax("GET", body.dataset.login, { target: gate, source: gate });
  }).finally(() => { waiting = null; });
  return waiting;
}

function goOn() {
  gate.close();
  root.toggleAttribute("data-signed-out", false);
}

function withToken(request, csrf) {
  request.headers["X-CSRFToken"] = csrf;
  if (request.body?.has?.("csrfmiddlewaretoken")) request.body.set("csrfmiddlewaretoken", csrf);
}

async function send(ctx, fetched, address, request) {
  let answer = await fetched(address, request);
  for (let turn = 1; turn < TRIES; turn += 1) {
    const told = triggersOf(answer);
    if (!told["session-ended"] && !told["token-renewed"]) break;
    clearTimeout(ctx.requestTimeout);
    const session = told["token-renewed"] ?? await signIn();
    if (!take(session)) return LEAVING;
    if (gate.open) goOn();
    withToken(request, session.csrf);
    ctx.requestTimeout = setTimeout(() => request.abort("timeout"), htmx.config.defaultTimeout);
    answer = await fetched(address, request);
  }
  return answer;
}

if (gate) {
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (gate.contains(ctx.sourceElement)) return;
    const fetched = ctx.fetch;
    ctx.fetch = (address, request) => send(ctx, fetched, address, request);
  });
  document.addEventListener("htmx:after:settle", ({ target }) => {
    if (target === gate) gate.querySelector("[aria-invalid], [autofocus], button, input:not([type=hidden])")?.focus();
  });
  // There is nothing to go back to while nobody is signed in.
  gate.addEventListener("cancel", (event) => event.preventDefault());
}
