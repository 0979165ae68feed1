// @ts-check
// Shows on the preview what is being typed, in the colour that is chosen.

const preview = document.querySelector("[data-preview]");

/** @param {Event} event */
function show(event) {
  const field = event.target;
  if (!preview || !(field instanceof HTMLInputElement)) return;
  if (field.name === "color") {
    preview.className = `card-preview card-${field.value.toLowerCase()}`;
    return;
  }
  const shown = preview.querySelector(`[data-shows="${CSS.escape(field.name)}"]`);
  if (shown) shown.textContent = field.value;
}

document.addEventListener("input", show);
