// Find a slot. A picked patient searches at once; a new type proposes its usual length; after a swap the focus goes to what
// is new where it would be lost. Everything works without this file.
const narrow = matchMedia("(width < 62rem)");
const NEWEST = "#found .slot-days:last-of-type [data-slot]";

document.addEventListener("change", ({ target, isTrusted }) => {
  const form = target.form;
  if (form?.id !== "find-form") return;
  if (target.matches("[data-picked]") && target.value) form.requestSubmit();
  if (target.name === "minutes" && isTrusted) form.dataset.lengthChosen = "true";
  if (target.name !== "type" || form.dataset.lengthChosen) return;
  form.elements.minutes.value = form.dataset[target.value === "GROUP_THERAPY" ? "groupMinutes" : "usualMinutes"];
});

// What is empty says nothing: the address stays short.
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.id !== "find-form") return;
  const told = [...formData].filter(([, value]) => value);
  for (const name of [...formData.keys()]) formData.delete(name);
  for (const [name, value] of told) formData.append(name, value);
});

const found = () => document.getElementById("found");
const asked = (ctx) => Boolean(ctx.sourceElement?.closest?.("#find, #more"));

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!asked(ctx) || ctx.sourceElement.closest("[data-slot]")) return;
  ctx.asks = true;
  ctx.picked = Boolean(document.querySelector("#find [data-picked]")?.value);
  ctx.inside = document.activeElement !== document.body;
  ctx.more = ctx.sourceElement.matches("[data-more]");
  ctx.pressed = !ctx.sourceElement.matches("[data-again]");
  found()?.setAttribute("aria-busy", "true");
});

// A pressed element may be gone: a removed patient, a loosening, the link to more.
function settle(ctx) {
  const wrong = document.querySelector("#find .error-summary");
  const lost = ctx.inside && document.activeElement.matches("body, #main");
  if (ctx.more) return document.querySelector(NEWEST)?.focus();
  if (wrong) return wrong.focus();
  if (ctx.picked && lost) return document.querySelector(".find-who .chip button")?.focus();
  if (lost) document.getElementById("found-title")?.focus({ preventScroll: true });
  if (narrow.matches && ctx.pressed) found()?.scrollIntoView();
}

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!ctx.asks) return;
  found()?.removeAttribute("aria-busy");
  settle(ctx);
});
