// @ts-check
/** Tables: choosing rows for an action on all of them; column names beside the cells on a phone. */

import { word } from "./words.js";

/** @param {Element} form */
function chosenBoxes(form) {
  return /** @type {HTMLInputElement[]} */ (Array.from(form.querySelectorAll('input[name="chosen"]')));
}

/** @param {Element} form */
function showChosen(form) {
  const boxes = chosenBoxes(form);
  const count = boxes.filter((box) => box.checked).length;
  const all = /** @type {HTMLInputElement | null} */ (form.querySelector("[data-choose-all]"));
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  boxes.forEach((box) => box.closest("tr")?.classList.toggle("row-chosen", box.checked));
  form.querySelector("[data-batch]")?.classList.toggle("batch-open", count > 0);
  const words = form.querySelector("[data-batch-count]");
  if (words) words.textContent = count ? word("chosen", { count }) : "";
}

/** @param {Event} event */
function choose(event) {
  const box = /** @type {HTMLInputElement} */ (event.target);
  const form = box.closest("[data-table]");
  if (!form) return;
  if (box.hasAttribute("data-choose-all")) chosenBoxes(form).forEach((one) => { one.checked = box.checked; });
  showChosen(form);
}

/** @param {ParentNode} root */
export function readyTables(root) {
  for (const table of root.querySelectorAll("table.table")) {
    const names = Array.from(table.querySelectorAll("thead th"), (head) => head.textContent?.trim() ?? "");
    for (const row of table.querySelectorAll("tbody tr")) {
      Array.from(row.children).forEach((cell, place) => cell.setAttribute("data-label", names[place] ?? ""));
    }
  }
  root.querySelectorAll("form[data-table]").forEach((form) => {
    form.classList.add("table-live");
    showChosen(form);
  });
}

export function watchTables() {
  document.addEventListener("change", choose);
}
