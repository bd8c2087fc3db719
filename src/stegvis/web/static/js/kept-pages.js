// Keeps the coming pages of questions on the device, as they are before anybody answers, for when the connection is away.
//
// [data-keep] lists them, address by address with a sign that changes when the page does; worker.js shows them, only when
// the network has failed. Nothing is kept for anybody else than who is signed in: other pages than those of questions, and
// any page after signing out, take it all away. A page that was shown from the device is marked [data-kept].

const PREFIX = "stegvis:pages:";
const SIGN = "Stegvis-Sign";
const AT_ONCE = 12;
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
  await Promise.all([...belongings(), otherwise].map(async (url) => await cache.match(url) || cache.add(url)));
  const missing = [];
  for (const [address, sign] of Object.entries(pages)) {
    if ((await cache.match(address))?.headers.get(SIGN) !== sign) missing.push(sign);
  }
  while (missing.length && await fetchSome(cache, missing.splice(0, AT_ONCE)));
}

// Many pages in one answer: on a slow connection it is the number of requests that takes the time.
async function fetchSome(cache, signs) {
  const source = list.dataset.keepFrom;
  const query = signs.map((sign) => `page=${sign}`).join("&");
  const url = `${source}${source.includes("?") ? "&" : "?"}${query}`;
  const response = await fetch(url, { credentials: "same-origin", redirect: "manual", priority: "low" });
  if (!response.ok) return false; // help is due, or the session has ended: that comes first
  for (const [address, { sign, html }] of Object.entries(await response.json())) {
    const headers = new Headers(response.headers); // the policy of what a page may do goes with it
    for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
    headers.set("Content-Type", "text/html; charset=utf-8");
    headers.set(SIGN, sign);
    await cache.put(address, new Response(html, { headers }));
  }
  return true;
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
