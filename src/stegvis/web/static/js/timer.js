// Time that a page was really looked at: runs while it is visible, stops after three minutes without a sign of life.
//
// [data-timer] shows it in [data-timer-shown]; [data-timer-pause] stops and starts it by hand. With data-timer-url the
// seconds since last time are posted (seconds=…, with the form token that the element holds) every half minute and when
// the page is left; they are counted again only after the server has taken them.

const IDLE = 3 * 60;
const SEND_EVERY = 30;

for (const timer of document.querySelectorAll("[data-timer]")) {
  const shown = timer.querySelector("[data-timer-shown]");
  const pause = timer.querySelector("[data-timer-pause]");
  const texts = timer.dataset;
  let total = Number(texts.timerStart || 0);
  let unsent = 0;
  let quiet = 0;
  let paused = false;

  function draw() {
    if (!shown) return;
    const parts = { minutes: Math.floor(total / 60), seconds: total % 60 };
    shown.textContent = texts.textTime.replace("{minutes}", parts.minutes).replace("{seconds}", parts.seconds);
  }
  function body(seconds) {
    const form = new FormData();
    form.append("seconds", seconds);
    form.append("csrfmiddlewaretoken", timer.querySelector("[name=csrfmiddlewaretoken]")?.value || "");
    return form;
  }
  async function send() {
    if (!texts.timerUrl || unsent < 1) return;
    const seconds = unsent;
    unsent = 0;
    try {
      const response = await fetch(texts.timerUrl, { method: "POST", body: body(seconds), credentials: "same-origin", redirect: "manual" });
      if (!response.ok) unsent += seconds;
    } catch { unsent += seconds; }
  }
  function leave() {
    if (texts.timerUrl && unsent >= 1 && navigator.sendBeacon(texts.timerUrl, body(unsent))) unsent = 0;
  }

  for (const sign of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"]) addEventListener(sign, () => { quiet = 0; }, { passive: true });
  setInterval(() => {
    if (document.hidden || paused) return;
    quiet += 1;
    if (quiet > IDLE) return;
    total += 1;
    unsent += 1;
    draw();
    if (unsent >= SEND_EVERY) send();
  }, 1000);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  addEventListener("pagehide", leave);
  pause?.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    pause.textContent = paused ? texts.textResume : texts.textPause;
    if (paused) send();
  });
  if (pause) pause.hidden = false;
  draw();
}
