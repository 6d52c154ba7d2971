// The hand on the board. A press becomes a drag after 5 px, a finger's after half a second held still; a press without
// movement stays a press. What carrying needs is fetched when it is first needed.
const hand = document.getElementById("hand");
const FAR = 5, STILL = 8, HELD = 500;
const LIFTABLE = "#board .v > :is(.c, .f) > a";
let press = null;
let dragging = false;
// Once it is here a press acts at once: a hand is quicker than a busy page that looks for a module again.
let drag = null;
const load = async () => { drag ??= (await import(hand.dataset.drag)).drag; };

document.addEventListener("pointerdown", (event) => {
  const link = event.target.closest?.(LIFTABLE);
  dragging = false;
  if (!link || event.button || !event.isPrimary || document.documentElement.dataset.carrying) return;
  const box = link.getBoundingClientRect();
  const edge = link.matches(".c > a") && !link.closest("td") && box.height > 20 && box.bottom - event.clientY < Math.min(8, box.height / 4);
  press = { link, edge, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch" };
  if (press.touch) press.timer = setTimeout(begin, HELD, press, event);
  load();
});

document.addEventListener("pointermove", (event) => {
  if (!press) return;
  const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
  if (press.touch && far > STILL) letGo();
  else if (!press.touch && far > FAR) begin(press, event);
});

function letGo() {
  clearTimeout(press?.timer);
  press = null;
}

async function begin(one, event) {
  letGo();
  dragging = true;
  if (!drag) await load();
  if (dragging) drag(one, event);
}

for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, letGo);
document.addEventListener("dragstart", (event) => event.target.matches?.(LIFTABLE) && event.preventDefault());
document.addEventListener("contextmenu", (event) => (dragging || press?.touch) && event.preventDefault());
// A finger that carries something does not scroll.
document.addEventListener("touchmove", (event) => dragging && event.cancelable && event.preventDefault(), { passive: false });
document.addEventListener("touchend", () => { dragging = false; });
document.addEventListener("pointerup", () => { dragging = false; });
