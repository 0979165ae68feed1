// @ts-check
// Sends what a form of the reference holds, and shows what came back. The token stays in this tab.

const token = /** @type {HTMLInputElement} */ (document.getElementById("token"));
const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));
token.value = sessionStorage.getItem("token") ?? "";
token.addEventListener("change", () => sessionStorage.setItem("token", token.value.trim()));

find.addEventListener("input", () => {
  const words = find.value.toLowerCase();
  for (const call of document.querySelectorAll(".call")) {
    const summary = call.querySelector("summary")?.textContent ?? "";
    call.toggleAttribute("hidden", !summary.toLowerCase().includes(words));
  }
});

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const output = /** @type {HTMLOutputElement} */ (form.querySelector("output"));
  output.textContent = "…";
  let path = form.dataset.path ?? "";
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input")) {
    if (input.dataset.in === "path") {
      path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    } else if (input.value) {
      query.append(input.name, input.value);
    }
  }
  /** @type {Record<string, string>} */
  const headers = { "X-Banyan": "docs" };
  if (token.value) headers.Authorization = `Bearer ${token.value.trim()}`;
  const body = form.querySelector("textarea")?.value;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const address = query.size ? `${path}?${query}` : path;
  try {
    const response = await fetch(address, { method: form.dataset.method, headers, body });
    output.textContent = `${response.status} ${response.statusText}\n${indent(await response.text())}`;
  } catch (error) {
    output.textContent = String(error);
  }
}

/** @param {string} text */
function indent(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
