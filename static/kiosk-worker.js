// Keeps the tablet's page and what it is drawn with; answers for them only while there is no connection.
const KEPT = "kiosk-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const fromNetwork = async (request, isKept) => {
  const response = await fetch(request);
  if (response.ok && isKept) {
    const copy = response.clone();
    const cache = await caches.open(KEPT);
    await cache.put(request, copy);
  }
  return response;
};

const fromCopy = async (request) =>
  (await caches.match(request, { ignoreVary: true })) ||
  (await caches.match(request, { ignoreVary: true, ignoreSearch: true })) ||
  Response.error();

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const isOurs = event.request.method === "GET" && address.origin === self.location.origin;
  if (!isOurs || !/^\/(kiosk\/feedback|static|assets)\//.test(address.pathname)) return;
  const isKept = !address.searchParams.has("thanks");
  event.respondWith(fromNetwork(event.request, isKept).catch(() => fromCopy(event.request)));
});
