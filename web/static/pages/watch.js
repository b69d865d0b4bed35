import { call, get } from "../api.js";
import { keyed } from "../dom.js";
import { clear, complain, onSubmit } from "../form.js";
import { card } from "../job-card.js";
import { hear, keep, soon } from "../refresh.js";
import { tryNow } from "../trial.js";
import { WatchForm } from "../watch-form.js";

const RUNNING = "queued,running,paused";
const ENDED = "met,expired,cancelled,failed";
const at = (id) => document.getElementById(id);
const lastLooks = new Map();

async function updateJobs() {
  const [running, ended] = await Promise.all([get(`jobs?state=${RUNNING}`), get(`jobs?state=${ENDED}&limit=20`)]);
  await Promise.all(running.items.map(learnWhy));
  const withWhy = running.items.map((job) => ({ ...job, last_look: lastLooks.get(job.id)?.look ?? null }));
  keyed(at("running"), withWhy, (job) => job.id, (job) => card(job, refresh, job.last_look));
  keyed(at("ended"), ended.items, (job) => job.id, (job) => card(job, refresh));
  at("running-empty").hidden = running.items.length > 0;
  at("ended-box").hidden = ended.items.length === 0;
  at("ended-count").textContent = `(${ended.items.length}${ended.next ? "+" : ""})`;
}

// Why a job looked last; asked for again only once it has looked again.
async function learnWhy({ id, looks }) {
  if (looks === 0 || lastLooks.get(id)?.looks === looks) return;
  const { items } = await get(`jobs/${encodeURIComponent(id)}/looks?limit=1`);
  const [look] = items;
  lastLooks.set(id, { looks, look: look && { reason: look.reason, trigger: look.trigger } });
}

const refresh = keep(10000, updateJobs);
const refreshSoon = soon(refresh);
hear(["job_state", "watch/+/look"], refreshSoon);

const form = at("start");
if (form) {
  const watch = new WatchForm(form);
  const wanted = new URLSearchParams(location.search).get("camera");
  keep(5000, async () => {
    watch.offerCameras((await get("cameras")).items, form.camera.value || wanted);
    await watch.picker.refresh();
  });
  onSubmit(form, async () => {
    await call("POST", "jobs", watch.read());
    at("trial").replaceChildren();
    refresh();
  });
  at("try").addEventListener("click", async ({ target }) => {
    clear(form);
    target.disabled = true;
    await tryNow(watch.read(), at("trial")).catch((error) => complain(form, error));
    target.disabled = false;
  });
}
