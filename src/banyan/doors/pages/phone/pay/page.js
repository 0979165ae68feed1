// @ts-check
/** What was ordered is in the basket no longer. */

import { keepBasket } from "../basket.js";

const store = document.querySelector("[data-clear-basket]")?.getAttribute("data-clear-basket");
if (store) keepBasket(store, {});
