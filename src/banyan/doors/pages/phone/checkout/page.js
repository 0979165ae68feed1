// @ts-check
/** Keeps the basket in step with the order sheet. */

import { keepBasket, readBasket } from "../basket.js";

/** @param {Event} event */
function take(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const store = input.closest("[data-keeps-basket]")?.getAttribute("data-keeps-basket");
  if (!store || !/^q\d+$/.test(input.name)) return;
  const basket = readBasket(store);
  const sku = input.name.slice(1);
  const count = Math.trunc(Number(input.value)) || 0;
  if (count > 0) basket[sku] = { count, price: basket[sku]?.price ?? 0 };
  else delete basket[sku];
  keepBasket(store, basket);
}

document.addEventListener("change", take, { capture: true });
