// @ts-check
/** Makes the phone app installable: its service worker keeps the styles and one page for when there is no network. */

const version = new URL(import.meta.url).pathname.split("/")[2];
if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register(`/sw.js?v=${version}`).catch(() => undefined);
}
