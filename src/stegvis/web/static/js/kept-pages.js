// Keeps the coming pages of questions on the device, as they are before anybody answers, for when the connection is away.
//
// [data-keep] lists them, address by address with a sign that changes when the page does; worker.js shows them, only when
// the network has failed. Nothing is kept for anybody else than who is signed in: other pages than those of questions, and
// any page after signing out, take it all away. A page that was shown from the device is marked [data-kept].

const PREFIX = "stegvis:pages:";
const mine = PREFIX + (document.body.dataset.account || "");
const list = document.querySelector("[data-keep]");
const here = document.querySelector("[data-kept]");

async function takeAway(all) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.filter((name) => all || name !== mine).map((name) => caches.delete(name)));
}

// What a page needs beside itself: letters, looks, scripts, drawings.
function belongings() {
  const found = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], script[src], svg use")];
  return new Set(found.map((one) => new URL(one.href?.baseVal ?? one.href ?? one.src, location).href.split("#")[0]));
}

async function fetchAll(pages) {
  const cache = await caches.open(mine);
  const at = list.dataset.keepAt; // where the questions lie: /sv/q/
  const otherwise = `${at}no-connection.html`;
  for (const { url } of await cache.keys()) {
    const address = url.slice(location.origin.length);
    if (address.startsWith(at) && address !== otherwise && !(address in pages)) await cache.delete(url);
  }
  for (const url of [...belongings(), otherwise]) if (!(await cache.match(url))) await cache.add(url);
  for (const [address, sign] of Object.entries(pages)) {
    const url = `${at.replace(/q\/$/, "api/untouched/")}${address.slice(at.length)}${address.includes("?") ? "&" : "?"}sign=${sign}`;
    if ((await cache.match(address))?.url.endsWith(url)) continue;
    const response = await fetch(url, { credentials: "same-origin", redirect: "manual", priority: "low" });
    if (response.type === "opaqueredirect") return; // help is due, or the session has ended: that comes first
    if (response.ok) await cache.put(address, response);
  }
}

async function keep() {
  await takeAway(!list && !here);
  if (!list || here) return;
  await navigator.serviceWorker.register(`${list.dataset.keepAt}worker.js`);
  await fetchAll(JSON.parse(list.dataset.keep));
}

const quietly = (work) => work().catch(() => { /* no room or no connection: then Next waits for the connection */ });

if ("caches" in window && "serviceWorker" in navigator) {
  if (document.readyState === "complete") quietly(keep);
  else addEventListener("load", () => quietly(keep));
  // What was answered here is with the server now: without a connection, this page would look as if it were not.
  document.addEventListener("stegvis:saved", () => quietly(async () => (await caches.open(mine)).delete(location.pathname + location.search)));
}

// On a page from the device: say so as long as it is true, and where a page is missing, fetch it as soon as that can be.
if (here) {
  let pause = 2000;
  // Not every device tells when the connection is back, so it is tried too, ever more slowly.
  const look = async () => {
    try {
      await fetch(document.body.dataset.sessionUrl, { credentials: "same-origin", redirect: "manual" });
      dispatchEvent(new Event("online"));
    } catch {
      pause = Math.min(30000, pause * 1.5);
      setTimeout(look, pause);
    }
  };
  setTimeout(look, pause);
  addEventListener("online", () => { if ("retry" in here.dataset) location.replace(location.href); else here.hidden = true; }, { once: true });
  here.querySelector("[data-back]")?.addEventListener("click", () => history.back());
}
