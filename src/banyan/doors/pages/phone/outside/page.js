// @ts-check
/** Has WeChat's own browser ask the payer, with words that the shop has signed. */

/**
 * @typedef {{ invoke: (name: string, params: object, then: (said: { err_msg?: string }) => void) => void }} Bridge
 */

/** How long WeChat's browser may take to give a page what it asks by. */
const READY_MS = 4_000;

/** @returns {Promise<Bridge | undefined>} */
function findBridge() {
  const find = () => /** @type {Bridge | undefined} */ (Reflect.get(globalThis, "WeixinJSBridge"));
  return new Promise((resolve) => {
    if (find()) resolve(find());
    document.addEventListener("WeixinJSBridgeReady", () => resolve(find()), { once: true });
    setTimeout(() => resolve(find()), READY_MS);
  });
}

/** @param {boolean} isShown */
function tellFailed(isShown) {
  // Beside what is looked at again every other moment: there it would not stay.
  document.querySelector("[data-wechat-failed]")?.toggleAttribute("hidden", !isShown);
}

/** @param {HTMLElement} place */
async function askToPay(place) {
  const bridge = await findBridge();
  tellFailed(!bridge);
  bridge?.invoke("getBrandWCPayRequest", JSON.parse(place.dataset.wechatPay ?? "{}"), (said) => {
    // Whatever it says, only the provider tells the shop that it is paid: the page looks again.
    if (said.err_msg?.endsWith(":ok")) location.assign(place.dataset.then ?? location.pathname);
    else tellFailed(!said.err_msg?.endsWith(":cancel"));
  });
}

document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-ask-wechat]");
  const place = /** @type {HTMLElement | null | undefined} */ (button?.closest("[data-wechat-pay]"));
  if (place) void askToPay(place);
});
