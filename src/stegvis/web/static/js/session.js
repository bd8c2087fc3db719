// Two minutes before a quiet session ends, says so and offers to stay (WCAG 2.2.1).
//
// <body data-session-minutes="30" data-session-url="…" data-text-ending data-text-stay>. Any answer of the server to a
// page, a saved field or the stay button begins the time anew; tabs tell each other through the device's storage.

const body = document.body;
const minutes = Number(body.dataset.sessionMinutes);
const KEY = "stegvis:seen";

function seen() { try { localStorage.setItem(KEY, Date.now()); } catch { /* without storage each tab counts alone */ } began = Date.now(); }
function last() { try { return Math.max(began, Number(localStorage.getItem(KEY)) || 0); } catch { return began; } }

let began = Date.now();
let dialog = null;

function warn() {
  dialog = document.createElement("dialog");
  dialog.className = "sv-dialog";
  const text = document.createElement("p");
  text.id = "session-ending";
  text.textContent = body.dataset.textEnding;
  dialog.setAttribute("aria-labelledby", text.id);
  const stay = document.createElement("button");
  stay.type = "button";
  stay.className = "sv-btn sv-btn--block";
  stay.textContent = body.dataset.textStay;
  stay.addEventListener("click", async () => {
    try { if ((await fetch(body.dataset.sessionUrl, { credentials: "same-origin", redirect: "manual" })).ok) seen(); } catch { /* asked again at the next look */ }
    dialog?.close();
  });
  dialog.addEventListener("close", () => { dialog.remove(); dialog = null; });
  dialog.append(text, stay);
  body.append(dialog);
  dialog.showModal();
}

if (minutes > 3 && body.dataset.sessionUrl) {
  seen();
  document.addEventListener("stegvis:saved", seen);
  setInterval(() => {
    const quiet = (Date.now() - last()) / 60000;
    if (!dialog && quiet > minutes - 2 && quiet < minutes) warn();
    if (dialog && quiet < minutes - 2) dialog.close();
  }, 10000);
}
