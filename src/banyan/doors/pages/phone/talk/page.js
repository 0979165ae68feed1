// @ts-check
/** A conversation opens at its newest message, and follows it while one is looking at the end. */

const near = 160;

/** @returns {boolean} whether the end of the page is in sight */
function isAtEnd() {
  const page = document.documentElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight < near;
}

function showEnd() {
  window.scrollTo(0, document.documentElement.scrollHeight);
}

if (!new URLSearchParams(location.search).has("cursor")) showEnd();

let wasAtEnd = true;
document.addEventListener("htmx:beforeSwap", () => { wasAtEnd = isAtEnd(); });
document.addEventListener("htmx:afterSettle", () => { if (wasAtEnd) showEnd(); });
