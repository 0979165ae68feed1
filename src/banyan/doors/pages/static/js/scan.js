// @ts-check
/** Reads codes with the camera or from a picture: the browser's own detector, else jsQR. */

import { word } from "./words.js";

const looksPerSecond = 8;
const sideMax = 900;

/** @typedef {(source: HTMLVideoElement | ImageBitmap) => Promise<string | null>} Reader */

/** @returns {Promise<Reader>} */
async function makeReader() {
  const Detector = /** @type {any} */ (window).BarcodeDetector;
  if (Detector) {
    const formats = await Detector.getSupportedFormats().catch(() => []);
    if (formats.includes("qr_code")) {
      const detector = new Detector({ formats });
      return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
    }
  }
  const decoder = "../vendor/jsqr/jsQR.js";
  await import(decoder);
  const canvas = document.createElement("canvas");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  return async (source) => {
    const [width, height] = source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
    const scale = Math.min(1, sideMax / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    if (!canvas.width || !canvas.height) return null;
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    return /** @type {any} */ (self).jsQR(data, canvas.width, canvas.height)?.data ?? null;
  };
}

/** @type {Promise<Reader> | null} */
let reader = null;

/**
 * Answers the text of the code in a picture, or null.
 * @param {Blob} picture
 */
export async function readPicture(picture) {
  reader ??= makeReader();
  return (await reader)(await createImageBitmap(picture));
}

/**
 * Opens the camera and calls `found` with each code seen until it answers true; answers how to stop.
 * Throws when there is no camera or the person refuses it.
 * @param {HTMLVideoElement} video
 * @param {(text: string) => boolean} found
 */
export async function startScan(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  video.srcObject = stream;
  await video.play();
  reader ??= makeReader();
  const read = await reader;
  let isOver = false;
  const stop = () => {
    isOver = true;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  const look = async () => {
    if (isOver) return;
    const text = await read(video).catch(() => null);
    if (text && found(text)) stop();
    else setTimeout(look, 1000 / looksPerSecond);
  };
  look();
  window.addEventListener("pagehide", stop, { once: true });
  return stop;
}

/** @param {Element} box */
function readyScanner(box) {
  const form = /** @type {HTMLFormElement | null} */ (box.parentElement?.querySelector("[data-scanner-form]") ?? null);
  const field = /** @type {HTMLInputElement | null} */ (form?.querySelector('input[name="text"]') ?? null);
  const sent = /** @type {HTMLInputElement | null} */ (form?.querySelector('input[name="picture"]') ?? null);
  const video = box.querySelector("video");
  const words = box.querySelector("[data-scanner-words]");
  if (!form || !field || !video || !words) return;
  /** @param {string} text */
  const found = (text) => {
    field.value = text;
    navigator.vibrate?.(60);
    form.requestSubmit();
    return true;
  };
  box.querySelector("[data-scanner-start]")?.addEventListener("click", async () => {
    try {
      await startScan(video, found);
      box.classList.add("scanner-on");
    } catch {
      words.textContent = word("camera_refused");
    }
  });
  box.querySelector("[data-scanner-file]")?.addEventListener("change", async (event) => {
    const chosen = /** @type {HTMLInputElement} */ (event.target).files;
    const file = chosen?.[0];
    const text = file ? await readPicture(file).catch(() => null) : null;
    if (text) found(text);
    else if (file && sent) {
      sent.files = chosen;
      field.required = false;
      form.requestSubmit();
    } else words.textContent = word("no_code");
  });
}

/** @param {ParentNode} root */
export function readyScanners(root) {
  for (const box of root.querySelectorAll("[data-scanner]:not(.scanner-ready)")) {
    box.classList.add("scanner-ready");
    readyScanner(box);
  }
}
