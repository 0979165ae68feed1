// @ts-check
/** The conversation shows its end, also after it was renewed. */

function showEnd() {
  const lines = document.querySelector(".desk-lines");
  if (lines) lines.scrollTop = lines.scrollHeight;
}

showEnd();
document.addEventListener("htmx:afterSettle", showEnd);
