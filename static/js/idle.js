// A page that nobody uses: a dialog asks two minutes before the session's end. At the end what was typed is sent to be
// kept, the page is emptied, so that no patient's name is left in it, and the sign-in page is shown. Use in one tab
// counts for all of them; asking in the background counts nowhere.
const dialog = document.getElementById("idle");
const { body } = document;
const SECOND = 1000;
const WARNING = 120;
// So long a tab waits for the one that signs out for all of them; that one gives the others a second to send theirs.
const PATIENCE = 5 * SECOND;
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

const headers = () => ({ "X-Background": "1", ...JSON.parse(body.getAttribute("hx-headers:inherited")) });
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.ceil(seconds) % 60).padStart(2, "0")}`;

function watch() {
  const limit = Number(dialog.dataset.limit);
  const warning = Math.min(WARNING, limit / 2);
  const left = dialog.querySelector("[data-left]");
  const typed = new Set();
  const tabs = new BroadcastChannel("daybook-use");
  let used = Date.now();
  let over = false;
  let isSignedOut;
  const signedOut = new Promise((resolve) => { isSignedOut = resolve; });

  function use() {
    used = Date.now();
    if (dialog.open) dialog.close();
  }

  function empty(why) {
    const line = document.createElement("p");
    line.textContent = dialog.dataset[why];
    document.title = "Daybook";
    body.replaceChildren(line);
  }

  // The forms are read before the page is emptied, and sent while the session can still take them. `why`: "idle" where
  // nobody did anything, "out" where somebody pressed it here or in another tab.
  async function end(why) {
    if (over) return;
    over = true;
    const { login } = body.dataset;
    const { logout } = dialog.dataset;
    const forms = [...typed].filter((form) => form.isConnected && form.elements.intent);
    const kept = forms.map((form) => [form.action, new URLSearchParams(new FormData(form))]);
    const sent = headers();
    const here = location.pathname + location.search;
    empty(why);
    tabs.postMessage(why);
    const keeping = kept.map(([address, text]) =>
      fetch(address, { method: "POST", body: text, headers: { ...sent, "X-Keep-Form": "1" }, keepalive: true }));
    await Promise.allSettled(keeping);
    await navigator.locks.request("daybook-sign-out", { ifAvailable: true }, async (first) => {
      if (!first) return Promise.race([signedOut, pause(PATIENCE)]);
      await pause(SECOND);
      await fetch(logout, { method: "POST", headers: sent, redirect: "manual" }).catch(() => null);
      return tabs.postMessage("signed-out");
    });
    location.replace(`${login}?${new URLSearchParams({ [why]: "1", next: here })}`);
  }

  function look() {
    const rest = limit - (Date.now() - used) / SECOND;
    if (rest <= 0) {
      end("idle");
    } else if (rest <= warning && !over) {
      left.textContent = left.dataset.left.replace("{left}", clock(rest));
      if (!dialog.open) dialog.showModal();
    }
  }

  const told = { idle: () => end("idle"), out: () => end("out"), "signed-out": () => isSignedOut(), used: use };
  tabs.addEventListener("message", ({ data }) => told[data]());
  tabs.postMessage("used");
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const background = "X-Background" in (ctx.request?.headers ?? {});
    if (background || !(ctx.response?.status < 400)) return;
    use();
    tabs.postMessage("used");
  });
  document.addEventListener("input", ({ target }) => target.form && typed.add(target.form));
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("[data-leave-now]").addEventListener("click", (event) => {
    event.preventDefault();
    end("out");
  });
  // A machine that slept wakes up late: look at once.
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
  setInterval(look, SECOND);
}

if (dialog) watch();
