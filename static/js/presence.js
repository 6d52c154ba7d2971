// A line that says who else has a visit open for editing. It asks again by itself as long as the page is seen; in a form
// the asking says that the form is open, and what closes the form or leaves the page says that it is not any more.
const EVERY = 15_000;

function tell({ url, form }, gone) {
  const headers = { "HX-Request": "true", "X-Background": "1", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) };
  const body = form ? new URLSearchParams({ form, ...(gone && { gone }) }) : null;
  return fetch(url, { method: body ? "POST" : "GET", headers, body, keepalive: Boolean(gone) }).catch(() => null);
}

// The intent of a form that came back may be the next one of its line.
const same = (one, other) => one?.split("~")[0] === other.split("~")[0];
const lines = () => [...document.querySelectorAll("presence-line")];
const openForms = () => lines().filter((line) => line.dataset.form);
const askAll = () => lines().forEach((line) => line.ask());

customElements.define("presence-line", class extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.ask(), EVERY);
  }

  // A form that came back, with what was wrong in it, is still the same one.
  disconnectedCallback() {
    clearInterval(this.timer);
    const { url, form } = this.dataset;
    if (form) setTimeout(() => openForms().some((line) => same(line.dataset.form, form)) || tell({ url, form }, "1"));
  }

  async ask() {
    const behind = document.querySelector("dialog[open]") && !this.closest("dialog");
    if (document.hidden || behind) return;
    const answer = await tell(this.dataset);
    if (!answer?.ok) return;
    const fresh = document.createElement("div");
    fresh.innerHTML = await answer.text();
    // What is read out already is not read out again.
    if (fresh.textContent.trim() !== this.textContent.trim()) this.replaceChildren(...fresh.childNodes);
  }
});

document.addEventListener("visibilitychange", () => document.hidden || askAll());
addEventListener("pageshow", ({ persisted }) => persisted && askAll());
addEventListener("pagehide", () => openForms().forEach((line) => tell(line.dataset, "1")));
