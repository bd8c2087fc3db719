// The service worker of the pages of questions. It asks the network first, always, and keeps nothing by itself: only when
// the network has failed does it show a page that kept-pages.js has kept, or the page that says that there is no connection.

const FALLBACK = new URL("no-connection.html", self.registration.scope).href;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch((problem) => page(request, problem)));
  else if (request.method === "GET" && ["style", "script", "font", "image"].includes(request.destination)) {
    event.respondWith(fetch(request).catch((problem) => kept(request.url, problem)));
  }
});

async function page(request, problem) {
  const asked = request.method === "GET" ? await caches.match(request.url) : undefined;
  return asked || kept(FALLBACK, problem);
}

async function kept(address, problem) {
  const found = await caches.match(address);
  if (!found) throw problem;
  return found;
}
