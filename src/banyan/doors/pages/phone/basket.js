// @ts-check
/** The basket of each store, kept in this browser. What it costs is for the server to say. */

/** @typedef {{ count: number, price: number }} Entry */
/** @typedef {Record<string, Entry>} Basket */

/** @param {string} store */
const nameOf = (store) => `banyan-basket-${store}`;

/** @type {Record<string, Basket>} where the browser refuses to keep anything */
const kept = {};

/**
 * @param {string} store
 * @returns {Basket}
 */
export function readBasket(store) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(store)) ?? "{}");
  } catch {
    return kept[store] ?? {};
  }
}

/**
 * @param {string} store
 * @param {Basket} basket
 */
export function keepBasket(store, basket) {
  kept[store] = basket;
  try {
    if (Object.keys(basket).length) localStorage.setItem(nameOf(store), JSON.stringify(basket));
    else localStorage.removeItem(nameOf(store));
  } catch {
    // It lives as long as the page, then.
  }
}
