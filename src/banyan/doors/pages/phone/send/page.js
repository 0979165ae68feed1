// @ts-check
/** Records a voice as WAV, which every browser can make of what it recorded; finds where one is. */

const rate = 16000;
const secondsMax = 60;

/** @param {AudioBuffer} sound */
function renderWav(sound) {
  const samples = sound.getChannelData(0).subarray(0, rate * secondsMax);
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  /** @param {number} at @param {string} text */
  const write = (at, text) => [...text].forEach((one, place) => view.setUint8(at + place, one.charCodeAt(0)));
  write(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((one, place) => view.setInt16(44 + place * 2, Math.max(-1, Math.min(1, one)) * 32767, true));
  return new File([view.buffer], "voice.wav", { type: "audio/wav" });
}

/** @param {Blob} recorded */
async function toWav(recorded) {
  const context = new OfflineAudioContext(1, rate, rate);
  const sound = await context.decodeAudioData(await recorded.arrayBuffer());
  const mono = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * rate)), rate);
  const source = mono.createBufferSource();
  source.buffer = sound;
  source.connect(mono.destination);
  source.start();
  return renderWav(await mono.startRendering());
}

/** @param {HTMLElement} box */
function readyRecorder(box) {
  const start = /** @type {HTMLElement} */ (box.querySelector("[data-record]"));
  const stop = /** @type {HTMLElement} */ (box.querySelector("[data-stop]"));
  const words = /** @type {HTMLElement} */ (box.querySelector("[data-recorder-words]"));
  const heard = /** @type {HTMLAudioElement} */ (box.querySelector("[data-heard]"));
  const file = /** @type {HTMLInputElement | null} */ (box.closest("form")?.querySelector('input[name="voice"]'));
  if (!file || !navigator.mediaDevices || !("MediaRecorder" in window)) return;
  box.hidden = false;
  /** @param {boolean} isOn */
  const show = (isOn) => {
    start.hidden = isOn;
    stop.hidden = !isOn;
    words.textContent = (isOn ? box.dataset.on : box.dataset.ready) ?? "";
  };
  start.addEventListener("click", async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = new MediaRecorder(stream);
      /** @type {Blob[]} */
      const parts = [];
      recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
      recorder.addEventListener("stop", async () => {
        stream.getTracks().forEach((track) => track.stop());
        show(false);
        const wav = await toWav(new Blob(parts, { type: recorder.mimeType }));
        const chosen = new DataTransfer();
        chosen.items.add(wav);
        file.files = chosen.files;
        file.dispatchEvent(new Event("change", { bubbles: true }));
        heard.src = URL.createObjectURL(wav);
        heard.hidden = false;
      });
      const end = () => { if (recorder.state !== "inactive") recorder.stop(); };
      stop.addEventListener("click", end, { once: true });
      setTimeout(end, (secondsMax - 1) * 1000);
      recorder.start();
      show(true);
    } catch {
      words.textContent = box.dataset.refused ?? "";
    }
  });
}

/** @param {HTMLElement} button */
function readyPlace(button) {
  const form = button.closest("form");
  const words = form?.querySelector("[data-locate-words]");
  if (!form || !words || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      /** @type {HTMLInputElement} */ (form.elements.namedItem("latitude")).value = coords.latitude.toFixed(6);
      /** @type {HTMLInputElement} */ (form.elements.namedItem("longitude")).value = coords.longitude.toFixed(6);
      words.textContent = "";
    },
    () => { words.textContent = button.dataset.refused ?? ""; },
  ));
}

const recorder = /** @type {HTMLElement | null} */ (document.querySelector("[data-recorder]"));
if (recorder) readyRecorder(recorder);
const locate = /** @type {HTMLElement | null} */ (document.querySelector("[data-locate]"));
if (locate) readyPlace(locate);
// A picture that was just taken goes at once.
document.querySelector("[data-sends]")?.addEventListener("change", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.files?.length) input.form?.requestSubmit();
});
