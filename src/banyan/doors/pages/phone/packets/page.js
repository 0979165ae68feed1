// @ts-check
/** Copies the link of a red packet. */

import { toast } from "../../static/js/toasts.js";

const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-link]"));

document.querySelector("[data-copy-link]")?.addEventListener("click", async () => {
  if (!field) return;
  field.select();
  await navigator.clipboard.writeText(field.value);
  toast(field.dataset.copied ?? "", "success");
});
