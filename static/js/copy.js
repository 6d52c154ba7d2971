// A button that copies the text of a field. Where the browser does not allow it, the text is selected instead.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const says = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(field.value);
    says.textContent = button.dataset.done;
  } catch {
    field.select();
    says.textContent = button.dataset.failed;
  }
  document.getElementById("announce").textContent = says.textContent;
});
