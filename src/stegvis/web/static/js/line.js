// The line, from 0 to 100 or as the range says. It shows no mark until it is touched, and an untouched line sends nothing: missing, not 50.
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
  const [least, most, step] = [range.min, range.max, range.step].map(Number);
  let own = false;
  show();
  // Filled in by another script: another device's answer, or one kept on this device.
  box.addEventListener("change", () => { if (!own) show(); });

  function show() {
    if (box.value !== "") { range.value = box.value.replace(",", "."); mark(); }
    else { line.dataset.untouched = ""; range.setAttribute("aria-valuetext", line.dataset.textEmpty); }
  }

  function mark() {
    delete line.dataset.untouched;
    range.setAttribute("aria-valuetext", line.dataset.textValue.replace("{value}", range.value));
  }
  function answer(value, finished) {
    range.value = value;
    mark();
    box.value = range.value;
    own = true;
    box.dispatchEvent(new Event(finished ? "change" : "input", { bubbles: true }));
    own = false;
  }
  function at(event) {
    const space = range.getBoundingClientRect();
    const share = (event.clientX - space.left - THUMB / 2) / (space.width - THUMB);
    return Math.max(least, Math.min(most, least + Math.round((share * (most - least)) / step) * step));
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
  for (const button of line.querySelectorAll("[data-line-step]")) {
    button.addEventListener("click", () => answer(Number(range.value) + Number(button.dataset.lineStep) * step, true));
  }
}
