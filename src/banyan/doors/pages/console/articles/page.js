// @ts-check
/** The editor: Quill writes into the form's field, and the form saves itself while one writes. */

const PAUSE_MS = 1500;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-draft]"));
if (form) begin(form);

/** @param {HTMLFormElement} draft */
function begin(draft) {
  const words = JSON.parse(draft.dataset.words ?? "{}");
  const field = /** @type {HTMLTextAreaElement} */ (draft.querySelector("#content"));
  const state = /** @type {HTMLElement} */ (draft.querySelector("[data-state]"));
  const version = /** @type {HTMLInputElement} */ (draft.elements.namedItem("version"));
  let timer = 0;
  let isSaving = false;
  let isLate = false;
  let isStopped = false;

  write(draft, field, words, changed);
  draft.addEventListener("input", (event) => {
    const name = /** @type {HTMLInputElement} */ (event.target).name;
    if (name && name !== "cover" && name !== "publish_at") changed();
  });
  draft.addEventListener("submit", () => {
    isStopped = true;
    clearTimeout(timer);
  });

  function changed() {
    if (isStopped) return;
    state.textContent = words.unsaved;
    clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE_MS);
  }

  async function save() {
    if (isSaving) {
      isLate = true;
      return;
    }
    isSaving = true;
    try {
      const data = new FormData(draft);
      data.delete("cover");
      const answer = await fetch(draft.action, {
        method: "POST",
        body: data,
        headers: { accept: "application/json" },
      });
      const told = await answer.json();
      if (isStopped) return;
      state.textContent = told.said ?? words.away;
      if (told.is_saved) version.value = String(told.version);
    } catch {
      state.textContent = words.away;
    } finally {
      isSaving = false;
      if (isLate) {
        isLate = false;
        changed();
      }
    }
  }
}

/**
 * @param {HTMLFormElement} draft
 * @param {HTMLTextAreaElement} field
 * @param {Record<string, string>} words
 * @param {() => void} changed
 */
function write(draft, field, words, changed) {
  const Quill = /** @type {any} */ (self).Quill;
  const paper = /** @type {HTMLElement | null} */ (draft.querySelector("[data-paper]"));
  if (!Quill || !paper) return;
  const toolbar = [
    [{ header: [2, 3, false] }],
    ["bold", "italic", "underline", "strike"],
    [{ list: "ordered" }, { list: "bullet" }, "blockquote"],
    [{ align: [] }],
    ["link", "image", "clean"],
  ];
  const quill = new Quill(paper, { theme: "snow", modules: { toolbar: { container: toolbar, handlers: { image: () => choose(draft, quill) } } } });
  quill.clipboard.dangerouslyPasteHTML(field.value);
  quill.history.clear();
  paper.hidden = false;
  field.hidden = true;
  quill.root.setAttribute("aria-label", draft.querySelector('label[for="content"]')?.textContent ?? "");
  for (const [name, text] of Object.entries(words)) {
    for (const one of draft.querySelectorAll(`.ql-toolbar .ql-${name}`)) {
      const target = one.querySelector(".ql-picker-label") ?? one;
      target.setAttribute("aria-label", text);
      target.setAttribute("title", text);
    }
  }
  quill.on("text-change", () => {
    // It writes every blank as one that does not break.
    field.value = quill.getLength() > 1 || quill.root.querySelector("img") ? quill.getSemanticHTML().replaceAll("&nbsp;", " ") : "";
    changed();
  });
}

/**
 * @param {HTMLFormElement} draft
 * @param {any} quill
 */
function choose(draft, quill) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/png,image/jpeg";
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    const data = new FormData();
    data.append("picture", file);
    const answer = await fetch(draft.dataset.pictures ?? "", { method: "POST", body: data });
    const told = await answer.json();
    const state = draft.querySelector("[data-state]");
    if (told.url) quill.insertEmbed(quill.getSelection(true).index, "image", told.url, "user");
    else if (state) state.textContent = told.said ?? "";
  });
  input.click();
}
