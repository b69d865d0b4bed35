// "Try it now": what the judge says about the newest frame, before anything is started.

import { call } from "./api.js";
import { el } from "./dom.js";
import { draw } from "./picture-stream.js";
import { t } from "./text.js";
import { verdict } from "./verdict.js";

// Asks, and shows the answer with the pictures that were judged.
export async function tryNow(watch, box) {
  box.replaceChildren(el("p", { className: "hint" }, t("trial.asking")));
  try {
    const trial = await call("POST", "watches/try", watch);
    const pictures = await Promise.all(trial.pictures.map(picture));
    const cost = t("look.seconds", { seconds: trial.latency.toFixed(1) });
    const hint = el("p", { className: "hint" }, [trial.model, cost, t("trial.nothing_follows")].filter(Boolean).join(" · "));
    box.replaceChildren(...pictures, verdict(trial.verdict), hint);
  } catch (error) {
    box.replaceChildren();
    throw error;
  }
}

async function picture(base64, n, all) {
  const canvas = el("canvas", { role: "img" });
  canvas.setAttribute("aria-label", t("look.picture", { n: n + 1, of: all.length }));
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  await draw(new Blob([bytes], { type: "image/jpeg" }), canvas);
  return canvas;
}
