// @ts-check
/** Forms that are sent once, files that are looked at before sending, numbers with steps, countdowns. */

import { word } from "./words.js";
import { toast } from "./toasts.js";

/** @param {SubmitEvent} event */
function lockAfterSending(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || !form.hasAttribute("data-once")) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
}

function unlockAll() {
  document.querySelectorAll('form[data-once][aria-busy="true"]').forEach((form) => form.removeAttribute("aria-busy"));
}

/** @param {Event} event */
function showFiles(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const box = input.closest("[data-upload]");
  const list = box?.querySelector("[data-upload-list]");
  if (!box || !list || input.type !== "file") return;
  const most = Number(box.getAttribute("data-size-max"));
  const files = Array.from(input.files ?? []);
  if (files.some((file) => file.size > most)) {
    toast(word("too_large"), "warning");
    input.value = "";
    list.replaceChildren();
    return;
  }
  list.replaceChildren(...files.map(preview));
}

/** @param {File} file */
function preview(file) {
  const row = document.createElement("span");
  row.className = "upload-file";
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
    row.append(picture);
  }
  row.append(file.name);
  return row;
}

/** @param {MouseEvent} event */
function step(event) {
  const button = /** @type {Element} */ (event.target).closest("[data-step]");
  const input = button?.closest("[data-quantity]")?.querySelector("input");
  if (!button || !input) return;
  const wanted = Number(input.value) + Number(button.getAttribute("data-step"));
  const next = String(Math.min(Math.max(wanted, Number(input.min)), Number(input.max)));
  if (next === input.value) return;
  input.value = next;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function countDown() {
  for (const one of document.querySelectorAll("[data-countdown]")) {
    const until = Date.parse(one.getAttribute("datetime") ?? "");
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    const parts = [Math.floor(left / 60) % 60, left % 60].map((part) => String(part).padStart(2, "0"));
    if (left >= 3600) parts.unshift(String(Math.floor(left / 3600)));
    one.textContent = parts.join(":");
    one.classList.toggle("countdown-over", left === 0);
  }
}

/**
 * Many fields may be wrong in the same way: each line at the top of a form says which it speaks of.
 * @param {ParentNode} root
 */
function nameMistakes(root) {
  const colon = document.documentElement.lang.startsWith("zh") ? "：" : ": ";
  for (const one of root.querySelectorAll("a[data-mistake]")) {
    one.removeAttribute("data-mistake");
    const id = CSS.escape(one.getAttribute("href")?.slice(1) ?? "");
    const label = document.querySelector(`label.field-label[for="${id}"], #${id}-label`);
    const name = label?.firstChild?.textContent?.trim();
    if (name) one.prepend(name + colon);
  }
}

/** @param {ParentNode} root */
export function readyForms(root) {
  nameMistakes(root);
  /** @type {HTMLElement | null} */ (root.querySelector("[data-focus]"))?.focus();
  countDown();
}

export function watchForms() {
  document.addEventListener("submit", lockAfterSending);
  document.addEventListener("change", showFiles);
  document.addEventListener("click", step);
  document.body.addEventListener("htmx:afterRequest", unlockAll);
  window.addEventListener("pageshow", unlockAll);
  setInterval(countDown, 1000);
}
