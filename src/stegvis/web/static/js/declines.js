// "I prefer not to answer" and an answer exclude each other. Where they are radio buttons of one group the browser sees
// to it; here for the line, the body map, boxes and texts. Without this script the server asks which of the two is meant.

for (const declines of document.querySelectorAll("input[type=checkbox][data-declines]")) {
  const field = declines.closest("[data-field]");
  const answers = [...field.querySelectorAll("input, textarea, select")].filter((control) => control !== declines && control.type !== "hidden");
  let clearing = false;

  function clear() {
    clearing = true;
    for (const control of answers) {
      if (["checkbox", "radio"].includes(control.type)) control.checked = false;
      else if (control.type === "range") untouch(control);
      else control.value = "";
    }
    const box = answers.find((control) => control.type === "checkbox");
    box?.dispatchEvent(new Event("change", { bubbles: true })); // the drawing follows its boxes
    clearing = false;
  }
  function untouch(range) {
    const line = range.closest("[data-line]");
    line.dataset.untouched = "";
    range.setAttribute("aria-valuetext", line.dataset.textEmpty);
  }

  // On the field itself, so that it has happened before the form's autosave looks.
  field.addEventListener("change", (event) => {
    if (event.target === declines) { if (declines.checked) clear(); } else if (!clearing) declines.checked = false;
  });
  field.addEventListener("input", (event) => { if (event.target !== declines && !clearing) declines.checked = false; });
}
