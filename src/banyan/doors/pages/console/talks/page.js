// @ts-check
/** The conversation shows its end, also after it was renewed; ready answers go where one writes. */

function showEnd() {
  const lines = document.querySelector(".desk-lines");
  if (lines) lines.scrollTop = lines.scrollHeight;
}

showEnd();
document.addEventListener("htmx:afterSettle", showEnd);

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-insert]");
  const field = document.querySelector(".desk-say textarea");
  if (!(button instanceof HTMLElement) || !(field instanceof HTMLTextAreaElement)) return;
  const insert = button.dataset.insert ?? "";
  field.value = field.value ? `${field.value}\n${insert}` : insert;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
