// Paces breathing or a round through the body: shows one step at a time, for as long as it lasts.
//
// Without this script the steps stand there as a list. A step that moves ("in", "out") lets the disc grow or shrink, and
// its seconds are counted; a longer one says which of how many it is, so that no clock runs down before somebody who rests.
// Where motion is unwanted the disc stays away and the counting leads. The screen is kept awake for as long as it runs.
//
// <section data-paced data-times> <ol data-paced-steps> <li data-seconds data-move> ... [data-paced-stage] [data-paced-words]
// [data-paced-count] <button data-paced-start hidden>

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const COUNTED = 20;

for (const guide of document.querySelectorAll("[data-paced]")) {
  const find = (name) => guide.querySelector(`[data-paced-${name}]`);
  const [list, stage, words, count, button] = ["steps", "stage", "words", "count", "start"].map(find);
  const disc = stage.querySelector(".sv-paced__disc");
  const steps = [...list.children].map((step) => ({
    seconds: Number(step.dataset.seconds), move: step.dataset.move || "", words: step.firstElementChild.textContent,
  }));
  const moves = steps.some((step) => step.move);
  const texts = guide.dataset;
  let ticking = 0;
  let awake = null;

  function show(step, at) {
    words.textContent = step.words;
    disc.style.transitionDuration = `${step.seconds}s`;
    disc.dataset.move = step.move;
    if (!step.move) count.textContent = texts.textPlace.replace("{place}", at + 1).replace("{of}", steps.length);
  }
  function run() {
    const began = performance.now();
    const round = steps.reduce((sum, step) => sum + step.seconds, 0);
    let shown = -1;
    const tick = () => {
      const passed = (performance.now() - began) / 1000;
      if (passed >= round * Number(texts.times)) { end(texts.textDone); return; }
      let inside = passed % round;
      let at = 0;
      while (inside >= steps[at].seconds) { inside -= steps[at].seconds; at += 1; }
      const turn = Math.floor(passed / round) * steps.length + at;
      if (turn !== shown) { shown = turn; show(steps[at], at); }
      if (steps[at].move && steps[at].seconds <= COUNTED) count.textContent = Math.floor(inside) + 1;
    };
    tick();
    ticking = setInterval(tick, 100);
  }
  async function start() {
    list.hidden = true;
    stage.hidden = false;
    stage.classList.toggle("sv-paced__stage--still", calm.matches || !moves);
    button.textContent = texts.textStop;
    disc.style.transitionDuration = "0s";
    disc.dataset.move = "";
    void disc.offsetWidth; // the disc begins small, before it grows
    run();
    try { awake = await navigator.wakeLock?.request("screen"); } catch { awake = null; }
    if (!ticking) letSleep();
  }
  function letSleep() { awake?.release(); awake = null; }
  function end(said) {
    clearInterval(ticking);
    ticking = 0;
    letSleep();
    words.textContent = said;
    count.textContent = "";
    disc.dataset.move = "";
    button.textContent = texts.textStart;
    if (!said) { stage.hidden = true; list.hidden = false; }
  }

  button.hidden = false;
  button.addEventListener("click", () => { if (ticking) end(""); else start(); });
  addEventListener("pagehide", () => { if (ticking) end(""); });
}
