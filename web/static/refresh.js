// Keeps a page up to date while somebody looks at it, and says when that fails.

import { Problem, toSignIn } from "./api.js";
import { notice } from "./dom.js";
import { listen } from "./live.js";
import { t } from "./text.js";

const SIGNED_OUT = 4401;
const TOGETHER = 250;

const failing = new Map();
const awaited = new Set();
let told = false;

// Runs `update` now and every so many milliseconds, while the page is in sight; returns how to run it at once.
// The page is busy until all that is `wanted` has come once.
export function keep(every, update, wanted = true) {
  let timer;
  if (wanted) awaited.add(update);
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
    if (awaited.delete(update)) settle();
    clearTimeout(timer);
    timer = setTimeout(run, every);
  };
  document.addEventListener("visibilitychange", run);
  run();
  return run;
}

// Hears what is pushed, and signs in again where that is needed.
export function hear(topics, onMessage) {
  return listen({ topics, onMessage, onState: (_, code) => code === SIGNED_OUT && toSignIn() });
}

// Several calls within a moment are one.
export function soon(act) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      act();
    }, TOGETHER);
  };
}

function tell() {
  if (failing.size > 0) notice([...new Set(failing.values())].join(" "));
  else if (told) notice("");
  told = failing.size > 0;
}

// Says that the page is no longer busy, if it is not.
export function settle() {
  if (awaited.size === 0) document.getElementById("main").removeAttribute("aria-busy");
}
