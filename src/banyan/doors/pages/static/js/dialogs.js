// @ts-check
/** Dialogs, drawers and sheets; the question before something that cannot be undone; small popups. */

const doubleClickMs = 500;

/** When a dialog was opened: the second click of a double click is not one on its veil. */
let openedAt = Number.NEGATIVE_INFINITY;

/** @param {HTMLDialogElement} dialog */
function show(dialog) {
  openedAt = performance.now();
  dialog.showModal();
}

/**
 * Asks a question and answers whether it was confirmed.
 * @param {string} question
 * @returns {Promise<boolean>}
 */
export function confirmed(question) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("confirm"));
  /** @type {HTMLElement} */ (document.getElementById("confirm-text")).textContent = question;
  dialog.returnValue = "no";
  show(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** @param {MouseEvent} event */
function openOrClose(event) {
  const target = /** @type {Element} */ (event.target);
  if (event.detail > 1 && target.closest("#confirm button")) {
    // The answer would be the second half of a double click on what asks.
    event.preventDefault();
    return;
  }
  const opener = target.closest("[data-open]");
  const opened = opener && document.getElementById(opener.getAttribute("data-open") ?? "");
  if (opened instanceof HTMLDialogElement && !opened.open) show(opened);
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement) closeOutside(target, event);
  document.querySelectorAll("details[data-popup][open]").forEach((one) => {
    if (!one.contains(target)) one.removeAttribute("open");
  });
}

/**
 * Closes a dialog when the veil around it is clicked, unless something in it was filled in,
 * or the click belongs to those that opened it.
 * @param {HTMLDialogElement} dialog
 * @param {MouseEvent} event
 */
function closeOutside(dialog, event) {
  if (performance.now() - openedAt < doubleClickMs) return;
  const box = dialog.getBoundingClientRect();
  const isInside = event.clientX >= box.left && event.clientX <= box.right
    && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!isInside && !dialog.querySelector("form[data-once]")) dialog.close();
}

/** @param {SubmitEvent} event */
async function askBeforeSending(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const question = event.submitter?.getAttribute("data-confirm") ?? form.getAttribute("data-confirm");
  if (!question || form.dataset.confirmed === "yes") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!await confirmed(question)) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.confirmed;
}

/** @param {Event} event */
async function askBeforeRequest(event) {
  const { detail } = /** @type {CustomEvent} */ (event);
  const question = detail.elt.getAttribute("data-confirm");
  if (!question || detail.elt instanceof HTMLFormElement) return;
  event.preventDefault();
  if (await confirmed(question)) detail.issueRequest(true);
}

export function watchDialogs() {
  document.addEventListener("click", openOrClose);
  document.addEventListener("submit", askBeforeSending, { capture: true });
  document.body.addEventListener("htmx:confirm", askBeforeRequest);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-popup][open]").forEach((one) => one.removeAttribute("open"));
  });
}
