// @ts-check
/**
 * Makes the payment code of each minute, from a seed that the server gave once; also without a network.
 * The seed is kept as a key that no script can read out. The same is in Python in `pay/paycodes/rules.py`.
 */

import { drawBars, drawSquare } from "./draw.js";

/** @typedef {{ number: number, key: CryptoKey, offset: number }} Seed */
/** @typedef {{ turn: number, charge: string, is_waiting: boolean, now_ms: number, code: string }} News */

const page = "/pay-code";
const turns = 4;
const minuteMs = 60_000;
const newsMs = 2_500;
const first = 10n ** 17n;
const marks = 10n ** 9n;
const root = /** @type {HTMLElement} */ (document.querySelector("[data-paycode]"));

/** @type {Seed | null} */
let seed = null;
let offset = 0;
let minute = 0;
let turn = 0;
let shown = "";
/** @type {string | null} */
let lastCharge = null;
/** What the server said where the phone can't make codes. */
let givenCode = "";

/** @param {string} name */
function part(name) {
  return /** @type {HTMLElement} */ (root.querySelector(`[data-paycode-${name}]`));
}

/** @param {"online" | "offline" | "over" | "none"} what */
function say(what) {
  for (const one of root.querySelectorAll("[data-paycode-says]")) {
    /** @type {HTMLElement} */ (one).hidden = one.getAttribute("data-paycode-says") !== what;
  }
}

/** @returns {Promise<IDBDatabase>} */
function openStore() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("paycode", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("seeds");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act */
async function inStore(mode, act) {
  const database = await openStore();
  return new Promise((resolve, reject) => {
    const asked = act(database.transaction("seeds", mode).objectStore("seeds"));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** @param {string} address */
async function post(address) {
  const answer = await fetch(address, { method: "POST", headers: { accept: "application/json" } });
  if (answer.status === 401 || answer.redirected) location.href = `/sign-in?next=${page}`;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function fetchSeed() {
  if (!navigator.onLine) throw new Error("no network");
  const given = await post(`${page}/seed`);
  offset = given.now_ms - Date.now();
  if (!crypto.subtle) return;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new Uint8Array(given.secret), hmac, false, ["sign"]);
  seed = { number: given.seed_number, key, offset };
  await inStore("readwrite", (store) => store.put(seed, "seed"));
}

async function keepPage() {
  if (!("caches" in window)) return;
  const version = new URL(import.meta.url).pathname.split("/")[2];
  const cache = await caches.open(`banyan-${version}`);
  const files = performance.getEntriesByType("resource").map((one) => one.name);
  await cache.addAll([page, ...new Set(files.filter((name) => name.includes("/assets/")))]);
}

/** @param {Seed} from @param {number} at @param {number} which */
async function makeCode(from, at, which) {
  const step = new DataView(new ArrayBuffer(8));
  step.setBigUint64(0, BigInt(at * turns + which));
  const digest = new DataView(await crypto.subtle.sign("HMAC", from.key, step.buffer));
  const mark = (BigInt(digest.getUint32(0)) << 16n) | BigInt(digest.getUint16(4));
  return String(first + BigInt(from.number) * marks + (mark % marks));
}

/** @param {string} code */
function show(code) {
  if (code === shown) return;
  shown = code;
  part("number").textContent = code.replace(/(\d{4})(?=\d)/g, "$1 ");
  for (const name of ["bars", "square"]) if (!code) part(name).replaceChildren();
  if (!code) return;
  drawBars(part("bars"), code);
  drawSquare(part("square"), code);
}

async function tick() {
  const now = Date.now() + offset;
  if (Math.floor(now / minuteMs) !== minute) {
    minute = Math.floor(now / minuteMs);
    turn = 0;
    givenCode = "";
  }
  const code = turn >= turns ? "" : seed ? await makeCode(seed, minute, turn) : givenCode;
  show(code);
  part("time").style.transform = `scaleX(${1 - (now % minuteMs) / minuteMs})`;
  if (turn >= turns) say("over");
  else if (!code) say("none");
  else say(navigator.onLine ? "online" : "offline");
}

async function hear() {
  if (document.hidden || !navigator.onLine) return;
  const news = /** @type {News} */ (await post(`${page}/news`));
  offset = news.now_ms - Date.now();
  const isNew = lastCharge !== null && news.charge !== lastCharge;
  lastCharge = news.charge;
  if (isNew || news.is_waiting) location.href = `${page}/asked`;
  const newsMinute = Math.floor(news.now_ms / minuteMs);
  if (newsMinute > minute) [minute, turn] = [newsMinute, news.turn];
  else if (newsMinute === minute) turn = Math.max(turn, news.turn);
  givenCode = news.code;
}

async function start() {
  try {
    await fetchSeed();
    await keepPage().catch(() => undefined);
  } catch {
    seed = /** @type {Seed | null} */ (await inStore("readonly", (store) => store.get("seed")) ?? null);
    offset = seed?.offset ?? 0;
  }
  await hear().catch(() => undefined);
  await tick();
  setInterval(() => tick().catch(() => undefined), 500);
  setInterval(() => hear().catch(() => undefined), newsMs);
}

// The page on which one confirms lies in the same folder and has no code to show.
if (root) start();
