// @ts-check
/** Short notices at the edge of the page: from the server, from HTMX answers, from scripts. */

import { word } from "./words.js";

const shownMs = 4500;

/** @param {Element} toast */
function leaveLater(toast) {
  setTimeout(() => toast.remove(), shownMs);
}

/**
 * Shows a notice.
 * @param {string} text
 * @param {"success" | "info" | "warning" | "danger"} [kind]
 */
export function toast(text, kind = "info") {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  const one = document.createElement("div");
  one.className = `toast toast-${kind}`;
  one.textContent = text;
  shelf.append(one);
  leaveLater(one);
}

/**
 * Answers the sentence of a refusal: its problem document says it in the page's language.
 * @param {XMLHttpRequest} request
 */
function refusal(request) {
  if (request.status >= 500) return word("failed");
  try {
    const problem = JSON.parse(request.responseText);
    return String(problem.detail || problem.title || word("refused"));
  } catch {
    return word("refused");
  }
}

export function watchToasts() {
  document.querySelectorAll("[data-toast]").forEach(leaveLater);
  document.body.addEventListener("toast", (event) => {
    const { text, kind } = /** @type {CustomEvent} */ (event).detail;
    toast(text, kind);
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    toast(refusal(/** @type {CustomEvent} */ (event).detail.xhr), "danger");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, () => toast(word("offline"), "warning"));
  }
}
