// @ts-check
/** Fills the basket from the steppers on the shelf and in the sheet, and shows what is in it. */

import { written } from "../../static/js/words.js";
import { keepBasket, readBasket } from "../basket.js";

const bar = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-basket]"));
const store = bar?.getAttribute("data-basket-store") ?? "";
const basket = readBasket(store);

/** @param {ParentNode} root */
function showCounts(root) {
  root.querySelectorAll("[data-sku]").forEach((stepper) => {
    const input = stepper.querySelector("input");
    if (!input) return;
    const sku = stepper.getAttribute("data-sku") ?? "";
    const entry = basket[sku];
    // Prices move on, and so does what is left.
    if (entry) {
      entry.price = Number(stepper.getAttribute("data-price"));
      entry.count = Math.min(entry.count, Number(input.max));
    }
    input.value = String(entry?.count ?? 0);
    stepper.classList.toggle("stepper-zero", !entry?.count);
  });
}

function showBar() {
  if (!bar) return;
  const entries = Object.entries(basket);
  const count = entries.reduce((sum, [, one]) => sum + one.count, 0);
  const amount = entries.reduce((sum, [, one]) => sum + one.count * one.price, 0);
  const sum = /** @type {HTMLElement} */ (bar.querySelector("[data-basket-sum]"));
  sum.textContent = written(amount, "fen", sum.dataset.currency);
  /** @type {HTMLElement} */ (bar.querySelector("[data-basket-count]")).textContent = String(count);
  /** @type {HTMLElement} */ (bar.querySelector("[data-basket-fields]")).replaceChildren(...entries.map(([sku, one]) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "i";
    field.value = `${sku}.${one.count}`;
    return field;
  }));
  bar.hidden = count === 0;
  document.querySelectorAll("[data-count-of]").forEach((badge) => {
    const skus = (badge.getAttribute("data-count-of") ?? "").split(" ");
    const of = skus.reduce((all, sku) => all + (basket[sku]?.count ?? 0), 0);
    badge.textContent = String(of);
    badge.toggleAttribute("hidden", of === 0);
  });
}

/** @param {Event} event */
function take(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const stepper = input.closest("[data-sku]");
  if (!stepper) return;
  const count = Math.max(0, Math.min(Math.trunc(Number(input.value)) || 0, Number(input.max)));
  const sku = stepper.getAttribute("data-sku") ?? "";
  if (count) basket[sku] = { count, price: Number(stepper.getAttribute("data-price")) };
  else delete basket[sku];
  keepBasket(store, basket);
  showCounts(document);
  showBar();
}

/**
 * Opens a product in a sheet over the shelf; without scripts its link leads to a page.
 * @param {MouseEvent} event
 */
function openItem(event) {
  const link = /** @type {HTMLElement} */ (event.target).closest(".shelf-item .product-name a");
  const sheet = document.getElementById("item-sheet");
  if (!(link instanceof HTMLAnchorElement) || !(sheet instanceof HTMLDialogElement) || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  /** @type {any} */ (window).htmx.ajax("GET", link.href, { target: "#item-sheet .dialog-body", swap: "innerHTML" });
  sheet.showModal();
}

if (bar) {
  document.addEventListener("click", openItem);
  document.addEventListener("change", take);
  document.body.addEventListener("htmx:afterSettle", () => showCounts(document));
  showCounts(document);
  showBar();
}
