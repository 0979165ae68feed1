// @ts-check
/// <reference lib="webworker" />
/**
 * Service worker of the phone app, served at `/sw.js?v=<version of the static files>`.
 * Pages always come from the network, for what they show is money; without it there is one page that says so,
 * and the payment code, which the phone makes by itself (`phone/paycode/page.js` keeps its page).
 * Static files never change under their address, so they come from the cache.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const version = new URL(worker.location.href).searchParams.get("v") ?? "0";
const cacheName = `banyan-${version}`;
const offlinePage = "/offline";
const kept = ["vendor/weui/weui.min.css", "css/app.css", "css/controls.css", "css/parts.css", "css/phone.css", "icons/app.svg"];

async function install() {
  const cache = await caches.open(cacheName);
  await cache.addAll([offlinePage, ...kept.map((name) => `/assets/${version}/static/${name}`)]);
  await worker.skipWaiting();
}

async function forgetOld() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("banyan-") && name !== cacheName).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.match(request.url, { ignoreSearch: true, ignoreVary: true });
    return kept ?? (await caches.match(offlinePage)) ?? Response.error();
  }
}

/** @param {Request} request */
async function asset(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(cacheName)).put(request, answer.clone());
  return answer;
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(forgetOld()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== worker.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (address.pathname.startsWith("/assets/")) event.respondWith(asset(request));
});
