// Search and pickers on <auto-complete>. The element itself is fetched when such a field is first focused. Queries go as
// POST: names never stand in a URL. A picker writes the chosen option's data-value into its hidden [data-picked] field.
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

async function post(element, url) {
  element.running?.abort();
  element.running = new AbortController();
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) };
  const body = new URLSearchParams(url.searchParams);
  const answer = await fetch(url.pathname, { method: "POST", headers, body, signal: element.running.signal });
  if (answer.status === 401) tell("session-ended", { login: document.body.dataset.login });
  else if (answer.status === 429) tell("notice", { text: document.getElementById("alert").dataset.tooMany });
  else if (!answer.ok) tell("notice", {});
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

async function wake(target) {
  const element = target?.closest?.("auto-complete");
  if (!element || Object.hasOwn(element, "fetchResult")) return;
  element.fetchResult = (url) => post(element, url);
  if (customElements.get("auto-complete")) return;
  await import(document.body.dataset.autoComplete);
  if (target.value.trim()) target.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("focusin", ({ target }) => wake(target));
// An autofocused field may have had its focus before this file ran; no event tells of that.
wake(document.activeElement);

const picked = (target) => target.closest?.("auto-complete")?.querySelector("[data-picked]");

document.addEventListener("combobox-commit", ({ target }) => {
  const hidden = picked(target);
  if (!hidden) return;
  hidden.value = target.dataset.value ?? "";
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("input", ({ target, isTrusted }) => {
  const hidden = isTrusted && picked(target);
  if (hidden) hidden.value = "";
});
