// The booking form: choosing a type proposes its usual length until somebody chose a length themselves. Everything else
// of the form is the server's business.
document.addEventListener("change", ({ target, isTrusted }) => {
  const form = target.form;
  if (form?.id !== "placing-form") return;
  if (target.name === "minutes" && isTrusted) form.dataset.lengthChosen = "true";
  if (target.name !== "type" || form.dataset.lengthChosen) return;
  const usual = form.dataset[target.value === "GROUP_THERAPY" ? "groupMinutes" : "usualMinutes"];
  if (usual) form.elements.minutes.value = usual;
}, true);
