// A signature, drawn. The hidden box is the form's field: the path of the pen in whole numbers, on a sheet of 600 by 200.
// Nothing has to be drawn; the written name beside it is the signature for whoever cannot or does not want to.

for (const pad of document.querySelectorAll("[data-sign]")) {
  const sheet = pad.querySelector("[data-sign-sheet]");
  const wipe = pad.querySelector("[data-sign-wipe]");
  const box = pad.querySelector("input");
  const line = sheet.querySelector("[data-sign-line]");
  const MOST = 39000;
  sheet.removeAttribute("hidden");
  Object.assign(sheet.style, { display: "block", maxWidth: "30rem", touchAction: "none", cursor: "crosshair" });
  let drawing = false;
  keep(box.value);

  function keep(path) {
    box.value = path;
    line.setAttribute("d", path);
    wipe.hidden = !path;
  }
  function point(event) {
    const space = sheet.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return `${within(((event.clientX - space.left) / space.width) * 600, 600)} ${within(((event.clientY - space.top) / space.height) * 200, 200)}`;
  }
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button || box.value.length > MOST) return;
    event.preventDefault();
    drawing = true;
    sheet.setPointerCapture(event.pointerId);
    keep(`${box.value}M${point(event)} L${point(event)} `);
  });
  sheet.addEventListener("pointermove", (event) => { if (drawing && box.value.length < MOST) keep(`${box.value}L${point(event)} `); });
  for (const end of ["pointerup", "pointercancel"]) sheet.addEventListener(end, () => { drawing = false; });
  wipe.addEventListener("click", () => { keep(""); wipe.previousElementSibling.focus?.(); });
}
