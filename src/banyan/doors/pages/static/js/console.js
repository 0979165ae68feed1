// @ts-check
/** The console's menu: a drawer on a narrow screen, foldable on a wide one. */

const body = document.body;
const menuButton = document.querySelector("[data-menu-open]");
const menu = /** @type {HTMLElement | null} */ (document.getElementById("menu"));
const foldedKey = "banyan-menu-folded";

/** @param {boolean} isOpen */
function showMenu(isOpen) {
  body.classList.toggle("menu-open", isOpen);
  menuButton?.setAttribute("aria-expanded", String(isOpen));
  /** @type {HTMLElement | null} */ (isOpen ? menu?.querySelector("a") ?? null : menuButton)?.focus();
}

/** @param {boolean} isFolded */
function foldMenu(isFolded) {
  body.classList.toggle("menu-folded", isFolded);
}

foldMenu(localStorage.getItem(foldedKey) === "yes");
document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-menu-open]")) showMenu(true);
  if (target.closest("[data-menu-close]")) showMenu(false);
  if (target.closest("[data-menu-fold]")) {
    const isFolded = !body.classList.contains("menu-folded");
    localStorage.setItem(foldedKey, isFolded ? "yes" : "no");
    foldMenu(isFolded);
  }
  if (body.classList.contains("menu-folded") && target.closest(".menu-group > summary")) foldMenu(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && body.classList.contains("menu-open")) showMenu(false);
});
