// The visit: a stop-watch beside the box for the result, and what a saved answer leads to.
//
// [data-stopwatch="30"] counts the seconds down in its <output> and says when time is up; the box works without it. Where the
// server's answer to a saved field names a page (go), that page is shown: a warning sign must not be overlooked.

for (const watch of document.querySelectorAll("[data-stopwatch]")) {
  const shown = watch.querySelector("output");
  const button = watch.querySelector("button");
  const whole = Number(watch.dataset.stopwatch);
  let ends = 0;
  let ticking = null;
  const stop = (words) => {
    clearInterval(ticking);
    ticking = null;
    shown.textContent = words;
    button.textContent = watch.dataset.textStart;
  };
  const tick = () => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    if (left > 0) { shown.textContent = left; return; }
    stop(watch.dataset.textOver);
    navigator.vibrate?.(400);
    watch.closest("form").querySelector("[name=value]")?.focus();
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (ticking) { stop(whole); return; }
    ends = performance.now() + whole * 1000;
    button.textContent = watch.dataset.textStop;
    ticking = setInterval(tick, 100);
    tick();
  });
}

document.addEventListener("stegvis:saved", (event) => {
  const go = event.detail.answer?.go;
  if (!go) return;
  if (new URL(go, location).pathname === location.pathname) { location.hash = new URL(go, location).hash; location.reload(); }
  else location.assign(go);
});
