// Light, dark or as the system says: a preference of this browser, nothing else is kept. Loaded as a classic script
// in the head, before the first paint, so that a dark page never flashes white.
{
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const apply = (choice) => {
    root.dataset.theme = choice === "light" || choice === "dark" ? choice : "system";
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", button.dataset.setTheme === root.dataset.theme);
    }
  };
  root.classList.add("js");
  apply(read());
  document.addEventListener("DOMContentLoaded", () => apply(root.dataset.theme));
  addEventListener("storage", (event) => event.key === "theme" && apply(event.newValue));
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-set-theme]")?.dataset.setTheme;
    if (!choice) return;
    try { localStorage.setItem("theme", choice); } catch { /* private window: the choice lasts for this page */ }
    apply(choice);
  });
}
