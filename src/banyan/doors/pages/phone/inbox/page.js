// @ts-check
/** A conversation opens at its newest message. */

const bubbles = document.querySelector("[data-newest-last]");
if (bubbles && !new URLSearchParams(location.search).has("cursor")) bubbles.lastElementChild?.scrollIntoView({ block: "end" });
