// @ts-check
/** The conversation shows its end, or stays where one reads; ready answers go where one writes. */

/** Where one reads; null at the end. @type {number | null} */
let place = null;

function show() {
  const lines = document.querySelector(".desk-lines");
  if (lines) lines.scrollTop = place ?? lines.scrollHeight;
}

show();
document.addEventListener("htmx:beforeSwap", () => {
  const lines = document.querySelector(".desk-lines");
  const isAtEnd = !lines || lines.scrollHeight - lines.scrollTop - lines.clientHeight < 24;
  place = isAtEnd ? null : lines.scrollTop;
});
document.addEventListener("htmx:afterSettle", show);

// What is being heard would stop as soon as the conversation is renewed.
document.addEventListener("htmx:beforeRequest", (event) => {
  const media = [...document.querySelectorAll(".desk-lines audio, .desk-lines video")];
  const isHeard = media.some((one) => one instanceof HTMLMediaElement && !one.paused);
  if (isHeard && event.target instanceof Element && event.target.id === "results") event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-insert]");
  const field = document.querySelector(".desk-say textarea");
  if (!(button instanceof HTMLElement) || !(field instanceof HTMLTextAreaElement)) return;
  const insert = button.dataset.insert ?? "";
  field.value = field.value ? `${field.value}\n${insert}` : insert;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
