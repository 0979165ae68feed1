// @ts-check
/** Sentences in the page's language, and numbers as it writes them. */

const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="banyan-words"]'));

/** @type {Record<string, string>} */
const words = JSON.parse(meta?.content || "{}");

/**
 * Answers a sentence with `{name}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 */
export function word(key, params = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/**
 * Answers a value as a person reads it. Money comes in minor units.
 * @param {number | null | undefined} value
 * @param {string} unit
 * @param {string} [currency]
 * @param {boolean} [isShort] for the axis of a chart
 */
export function written(value, unit, currency = "CNY", isShort = false) {
  if (value === null || value === undefined) return "–";
  const language = document.documentElement.lang;
  /** @type {Intl.NumberFormatOptions} */
  const compact = isShort && unit !== "ratio" ? { notation: "compact", maximumFractionDigits: 1 } : {};
  if (unit === "ratio") {
    return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: isShort ? 0 : 1 }).format(value);
  }
  if (unit !== "fen") return new Intl.NumberFormat(language, compact).format(value);
  const format = new Intl.NumberFormat(language, {
    style: "currency", currency, currencyDisplay: currency === "CNY" ? "narrowSymbol" : "symbol", ...compact,
  });
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(value / 10 ** digits);
}
