// @ts-check
/** Keeps the basket in step with the order sheet, and finds it again when the address has none. */

import { keepBasket, readBasket } from "../basket.js";

/** @param {Event} event */
function take(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const sheet = input.closest("[data-keeps-basket]");
  const store = sheet?.getAttribute("data-keeps-basket");
  if (!sheet || !store || !/^q\d+$/.test(input.name)) return;
  const old = readBasket(store);
  /** @type {import("../basket.js").Basket} */
  const basket = {};
  // All of the sheet, as it may hold what this browser forgot when it was placed before.
  for (const one of /** @type {NodeListOf<HTMLInputElement>} */ (sheet.querySelectorAll("input[name^=q]"))) {
    const sku = one.name.slice(1);
    const count = Math.trunc(Number(one.value)) || 0;
    if (count > 0) basket[sku] = { count, price: old[sku]?.price ?? 0 };
  }
  keepBasket(store, basket);
}

/** @param {HTMLElement} place */
function findBasket(place) {
  const entries = Object.entries(readBasket(place.dataset.findBasket ?? ""));
  const items = entries.filter(([sku, one]) => /^\d+$/.test(sku) && one?.count > 0);
  if (!items.length) return;
  const query = new URLSearchParams(items.map(([sku, one]) => ["i", `${sku}.${one.count}`]));
  location.replace(`${location.pathname}?${query}`);
}

document.addEventListener("change", take, { capture: true });
const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-find-basket]"));
if (place) findBasket(place);
