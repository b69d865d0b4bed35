// Keeps a page up to date while somebody looks at it, and says when that fails.

import { Problem } from "./api.js";
import { notice } from "./dom.js";
import { t } from "./text.js";

const failing = new Map();
let told = false;

// Runs `update` now and every so many milliseconds, while the page is in sight; returns how to run it at once.
export function keep(every, update) {
  let timer;
  const run = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      await update();
      failing.delete(update);
    } catch (error) {
      failing.set(update, error instanceof Problem ? error.message : t("frame.unreachable"));
    }
    tell();
    clearTimeout(timer);
    timer = setTimeout(run, every);
  };
  document.addEventListener("visibilitychange", run);
  run();
  return run;
}

function tell() {
  if (failing.size > 0) notice([...new Set(failing.values())].join(" "));
  else if (told) notice("");
  told = failing.size > 0;
}
