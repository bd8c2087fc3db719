// The line from 0 to 100. It shows no mark until it is touched, and an untouched line sends nothing: missing, not 50.
//
// Without this script a box for the number stands here. The box stays the form's field; the line only fills it, so that
// autosave and the server see one and the same thing. Taps are read here, since not every phone lets a tap move a slider.

for (const line of document.querySelectorAll("[data-line]")) {
  const box = line.querySelector("[data-line-box] input");
  const track = line.querySelector("[data-line-track]");
  const range = track.querySelector("input");
  const THUMB = 34;

  // The line takes over the box's id, so that the label and the error summary lead to what is seen.
  range.id = box.id;
  box.removeAttribute("id");
  for (const name of ["aria-describedby", "aria-invalid"]) if (box.hasAttribute(name)) range.setAttribute(name, box.getAttribute(name));
  line.querySelector("[data-line-box]").hidden = true;
  for (const part of line.querySelectorAll("[data-line-part]")) part.hidden = false;
  if (box.value !== "") { range.value = box.value; mark(); }
  else { line.dataset.untouched = ""; range.setAttribute("aria-valuetext", line.dataset.textEmpty); }

  function mark() {
    delete line.dataset.untouched;
    range.setAttribute("aria-valuetext", line.dataset.textValue.replace("{value}", range.value));
  }
  function answer(value, finished) {
    range.value = value;
    mark();
    box.value = range.value;
    box.dispatchEvent(new Event(finished ? "change" : "input", { bubbles: true }));
  }
  function at(event) {
    const space = range.getBoundingClientRect();
    return Math.max(0, Math.min(100, Math.round(((event.clientX - space.left - THUMB / 2) / (space.width - THUMB)) * 100)));
  }

  track.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    track.setPointerCapture(event.pointerId);
    range.focus({ preventScroll: true });
    answer(at(event), false);
  });
  track.addEventListener("pointermove", (event) => { if (track.hasPointerCapture(event.pointerId)) answer(at(event), false); });
  track.addEventListener("pointerup", (event) => { if (track.hasPointerCapture(event.pointerId)) answer(at(event), true); });
  range.addEventListener("input", () => answer(range.value, false));
  range.addEventListener("change", () => answer(range.value, true));
  for (const step of line.querySelectorAll("[data-line-step]")) {
    step.addEventListener("click", () => answer(Number(range.value) + Number(step.dataset.lineStep), true));
  }
}
