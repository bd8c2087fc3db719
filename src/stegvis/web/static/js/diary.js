// The diary without a connection. A tap is kept on the device before it is sent, and autosave.js sends what is kept.
//
// form[data-diary="…url"] is sent as always; its twin on the device is dropped when a page comes back from the server that
// knows it (or refuses it), so that only what never arrived is sent later, with the device's own day and moment. On the kept
// page [data-away] there is nothing else than the device. Every entry has a key; sent twice it is one (docs/decisions/0038).

const PAGES = "stegvis:diary:";
const account = document.body.dataset.account || "";
const PLACE = `stegvis:unsent:${account}:diary:`;
const away = document.querySelector("[data-away]");
const list = document.querySelector("[data-diary-waiting]");
const keeps = document.querySelector("[data-diary-keep]");

const two = (number) => String(number).padStart(2, "0");
const dayOf = (time) => `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;

function newKey() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  random[6] = (random[6] & 15) | 64;
  random[8] = (random[8] & 63) | 128;
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function write(key, url, pairs, label) {
  const entry = { name: "diary", url, page: location.pathname, pairs, at: Date.now(), label };
  try { localStorage.setItem(PLACE + key, JSON.stringify(entry)); return true; } catch { return false; }
}

const drop = (key) => { try { localStorage.removeItem(PLACE + key); } catch { /* then it is sent again, and is one all the same */ } };
const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
function waiting() {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(PLACE)).map((key) => [key.slice(PLACE.length), read(key)]).filter(([, entry]) => entry); } catch { return []; }
}

// What an online page was told by the server: these have arrived, or were refused with a sentence.
for (const one of document.querySelectorAll("[data-diary-arrived]")) {
  for (const key of one.dataset.diaryArrived.split(" ")) if (key) drop(key);
}

for (const form of document.querySelectorAll("form[data-diary]")) {
  form.addEventListener("submit", (event) => {
    const data = new FormData(form, event.submitter);
    for (const name of ["csrfmiddlewaretoken", "next"]) data.delete(name);
    if (data.get("what") === "undo") { write(`undo-${data.get("entry_key")}`, form.dataset.diary, [...data.entries()], ""); return; }
    const pairs = [...data.entries(), ["made_on", dayOf(new Date())]];
    write(String(data.get("key")), form.dataset.diary, pairs, form.dataset.label || "");
  });
}

function takeBack(key) {
  // It may have arrived without our hearing of it: so its taking back is sent as well, and either may come first.
  const entry = read(PLACE + key);
  if (!entry) return;
  drop(key);
  write(`undo-${key}`, entry.url, [["what", "undo"], ["entry_key", key]], "");
  show();
}

function show() {
  if (!list) return;
  const kept = waiting().filter(([, entry]) => entry.label);
  list.hidden = !kept.length;
  list.querySelector("ul").replaceChildren(...kept.sort(([, one], [, other]) => other.at - one.at).map(([key, entry]) => {
    const pairs = Object.fromEntries(entry.pairs);
    const row = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = `${entry.label} · ${dayName(pairs.on)}`;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "sv-link end";
    undo.textContent = list.dataset.textUndo;
    undo.setAttribute("aria-label", `${list.dataset.textUndo}: ${words.textContent}`);
    undo.addEventListener("click", () => takeBack(key));
    row.append(words, undo);
    return row;
  }));
}

function dayName(day) {
  const [year, month, date] = (day || dayOf(new Date())).split("-").map(Number);
  return new Date(year, month - 1, date).toLocaleDateString(document.documentElement.lang === "sv" ? "sv-SE" : "en-GB", { weekday: "long", day: "numeric", month: "long" });
}

function live() {
  history.replaceState(null, "", away.dataset.home); // whatever was asked for: Today comes when the connection is back
  const choice = away.querySelector("[data-on]");
  for (let back = 0; back < 8; back++) {
    const now = new Date();
    const day = dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - back, 12));
    choice.append(new Option(dayName(day), day));
  }
  const ofDay = () => {
    const weekday = String(new Date(`${choice.value}T12:00`).getDay() || 7);
    for (const card of away.querySelectorAll("[data-days]")) card.hidden = !card.dataset.days.includes(weekday);
  };
  choice.addEventListener("change", ofDay);
  ofDay();
  for (const form of away.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!event.submitter?.name) return; // Enter in a box: nobody has said how hard it was
      const key = newKey();
      const pairs = [...new FormData(form, event.submitter).entries(), ["on", choice.value], ["key", key], ["made_on", dayOf(new Date())]];
      const label = event.submitter?.value && form.querySelectorAll("button").length > 1 ? `${form.dataset.label}, ${event.submitter.firstChild.textContent.trim() || event.submitter.textContent.split(":")[0].trim()}` : form.dataset.label;
      write(key, away.dataset.url, pairs, label);
      show();
      list.scrollIntoView({ block: "nearest" });
    });
  }
}

// Keeps the page for when the connection is away; nothing is kept for anybody else than who is signed in.
async function keep() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== PAGES + account);
  await Promise.all(names.map((name) => caches.delete(name)));
  if (!keeps || away) return;
  const cache = await caches.open(PAGES + account);
  const { sign, pages, workers } = JSON.parse(keeps.dataset.diaryKeep);
  for (const worker of workers) await navigator.serviceWorker.register(worker);
  const url = `${pages[0]}?sign=${sign}`;
  if ((await cache.match(pages[0]))?.url.endsWith(url) && await cache.match(pages.at(-1))) return;
  const response = await fetch(url, { credentials: "same-origin", redirect: "manual", priority: "low" });
  if (!response.ok) return;
  for (const page of pages) await cache.put(page, response.clone());
  for (const needed of belongings()) if (!(await cache.match(needed))) await cache.add(needed);
}

function belongings() {
  const found = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], script[src], svg use")];
  return new Set(found.map((one) => new URL(one.href?.baseVal ?? one.href ?? one.src, location).href.split("#")[0]));
}

if (away) live();
show();
addEventListener("storage", show);
document.addEventListener("stegvis:sent", show);
if ("caches" in window && "serviceWorker" in navigator) {
  // No room or no connection: then the diary waits for the connection. What only went wrong on its way is tried again.
  const quietly = (again) => keep().catch(() => { if (again) setTimeout(quietly, 2000, again - 1); });
  if (document.readyState === "complete") quietly(3);
  else addEventListener("load", () => quietly(3));
}
