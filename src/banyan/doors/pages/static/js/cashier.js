// @ts-check
/** The till: hand scanners that type anywhere, the ticket on a phone, digits to tap, the network light. */

import { written } from "./words.js";

const scannerGapMs = 40;
const barcodeLengthMin = 6;
let typed = "";
let typedAt = 0;

/**
 * A hand scanner is a keyboard that types faster than a person and ends with Enter.
 * @param {KeyboardEvent} event
 */
function gatherScan(event) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-barcode]"));
  const field = form?.querySelector("input");
  if (!form || !field || document.querySelector("dialog[open]")) return;
  if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
  if (event.timeStamp - typedAt > scannerGapMs) typed = "";
  typedAt = event.timeStamp;
  if (event.key.length === 1) typed += event.key;
  if (event.key !== "Enter" || typed.length < barcodeLengthMin) return;
  event.preventDefault();
  field.value = typed;
  typed = "";
  form.requestSubmit();
}

/** @param {MouseEvent} event */
function tapKey(event) {
  const key = /** @type {Element} */ (event.target).closest("[data-key]");
  const field = document.getElementById(key?.closest("[data-keypad]")?.getAttribute("data-keypad") ?? "");
  if (!key || !(field instanceof HTMLInputElement)) return;
  const digit = key.getAttribute("data-key") ?? "";
  if (digit === "back") field.value = field.value.slice(0, -1);
  else if (digit !== "." || !field.value.includes(".")) field.value += digit;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Minor units of what was typed, as the server reads it; null for what it would refuse.
 * @param {string} text
 * @param {number} digits
 * @returns {number | null}
 */
function parseMoney(text, digits) {
  const plain = text.normalize("NFKC").replaceAll(",", "").replaceAll("¥", "").trim();
  const found = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(plain);
  if (!found || (found[2] ?? "").length > digits) return null;
  return Number(found[1] + (found[2] ?? "").padEnd(digits, "0"));
}

/** Shows what goes back to the customer while the cashier types; the server counts again. */
function showChange() {
  const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-cash-change]"));
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById("given"));
  if (!line || !field) return;
  const currency = line.dataset.currency ?? "CNY";
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const given = parseMoney(field.value, digits);
  line.replaceChildren();
  line.classList.toggle("cash-change-short", given === null);
  if (!field.value.trim()) return;
  if (given === null) {
    line.append(line.dataset.wrong ?? "");
    return;
  }
  const change = given - Number(line.dataset.due);
  const amount = document.createElement("b");
  amount.textContent = written(Math.abs(change), "fen", currency);
  line.classList.toggle("cash-change-short", change < 0);
  line.append((change < 0 ? line.dataset.short : line.dataset.change) ?? "", amount);
}

function showNetwork() {
  document.querySelector("[data-network]")?.classList.toggle("is-offline", !navigator.onLine);
  document.querySelector("[data-offline]")?.toggleAttribute("hidden", navigator.onLine);
}

document.addEventListener("input", (event) => {
  if (/** @type {Element} */ (event.target).id === "given") showChange();
});
document.addEventListener("keydown", gatherScan);
document.addEventListener("click", tapKey);
document.addEventListener("click", (event) => {
  const handle = /** @type {Element} */ (event.target).closest("[data-ticket-toggle]");
  if (!handle) return;
  const isOpen = document.body.classList.toggle("ticket-open");
  handle.setAttribute("aria-expanded", String(isOpen));
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt } = /** @type {CustomEvent} */ (event).detail;
  if (elt.matches("form[data-barcode]")) elt.reset();
});
window.addEventListener("online", showNetwork);
window.addEventListener("offline", showNetwork);
showNetwork();
