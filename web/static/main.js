// Keeps the page up to date while somebody looks at it.

import { updateAlerts } from "./alerts.js";
import { updateCameras } from "./cameras.js";
import { notice } from "./dom.js";
import { updateHealth } from "./health.js";
import { updateJobs } from "./jobs.js";
import { offerCameras, onStart } from "./watch.js";

const failing = new Set();

function keep(every, update) {
  let timer;
  const run = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      await update();
      failing.delete(update);
    } catch {
      failing.add(update);
    }
    tell();
    timer = setTimeout(run, every);
  };
  document.addEventListener("visibilitychange", run);
  run();
}

let told = false;

function tell() {
  if (failing.size > 0) notice("Can’t get everything from the server just now; trying again.");
  else if (told) notice("");
  told = failing.size > 0;
}

onStart(updateJobs);
keep(1000, async () => offerCameras(await updateCameras()));
keep(2000, updateJobs);
keep(3000, updateAlerts);
keep(5000, updateHealth);
