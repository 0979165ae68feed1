// @ts-check
/** What every page runs: notices, dialogs, forms, tables, and charts where there are any. */

import { watchDialogs } from "./dialogs.js";
import { readyForms, watchForms } from "./forms.js";
import { readyTables, watchTables } from "./tables.js";
import { watchToasts } from "./toasts.js";

/** @param {ParentNode} root */
async function ready(root) {
  readyForms(root);
  readyTables(root);
  if (root.querySelector("[data-chart]")) {
    const { readyCharts } = await import("./charts.js");
    readyCharts(root);
  }
  if (root.querySelector("[data-scanner]")) {
    const { readyScanners } = await import("./scan.js");
    readyScanners(root);
  }
}

watchToasts();
watchDialogs();
watchForms();
watchTables();
ready(document);
document.body.addEventListener("htmx:afterSettle", (event) => {
  const { target, elt } = /** @type {CustomEvent} */ (event).detail;
  // What was replaced whole is no longer in the page; what came instead is.
  const place = (target?.isConnected ? target : elt)?.parentNode;
  if (place) ready(place);
});
