// The camera's own stream in full motion, where a go2rtc or MediaMTX has it, over the pictures that detection sees.

import { get } from "./api.js";
import { el, notice } from "./dom.js";
import { t } from "./text.js";
import { WAYS } from "./ways.js";

const BEGINS_WITHIN = 8000;
const STILL = 6000;
const GLANCE = 1000;

// Shows a button for it, if there is a stream.
export async function offerFullMotion(camera) {
  const { items } = await get("live");
  const stream = items.find((one) => one.camera === camera)?.streams[0];
  if (!stream) return;
  const button = document.getElementById("full-motion");
  let film = null;

  function show(playing) {
    film = playing;
    button.setAttribute("aria-pressed", String(Boolean(film)));
  }

  async function begin() {
    const begun = await play(stream, () => {
      show(null);
      notice(t("camera.full_motion_lost"));
    });
    notice(begun ? "" : t("camera.no_full_motion"));
    show(begun);
  }

  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    if (film) show(film.abort());
    else await begin();
    button.disabled = false;
  });
}

// Tries one way after the other; resolves to an AbortController that ends the film, or to null. `lost` is called where
// the film ends by itself.
async function play(stream, lost) {
  for (const way of Object.keys(WAYS).filter((name) => stream[name])) {
    const ending = new AbortController();
    const { signal } = ending;
    const video = el("video", { autoplay: true, muted: true, playsInline: true, controls: true });
    signal.addEventListener("abort", () => video.remove());
    try {
      document.querySelector("#camera-list .view").append(video);
      await WAYS[way](video, stream, signal);
      await begun(video);
      guard(video, ending, lost);
      return ending;
    } catch {
      ending.abort();
    }
  }
  return null;
}

// Resolves with the first picture.
function begun(video) {
  return new Promise((resolve, reject) => {
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) resolve();
    video.addEventListener("loadeddata", resolve);
    setTimeout(reject, BEGINS_WITHIN, new Error("no picture came"));
  });
}

// Takes a film away that has ended, or stands still while somebody watches it.
function guard(video, ending, lost) {
  let shown = 0, movedAt = Date.now();

  function end() {
    ending.abort();
    lost();
  }

  const glances = setInterval(() => {
    const { totalVideoFrames } = video.getVideoPlaybackQuality();
    if (totalVideoFrames !== shown || video.paused || document.hidden) movedAt = Date.now();
    shown = totalVideoFrames;
    if (Date.now() - movedAt > STILL) end();
  }, GLANCE);
  video.addEventListener("ended", end, { signal: ending.signal });
  ending.signal.addEventListener("abort", () => clearInterval(glances));
}
