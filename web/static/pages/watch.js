import { get } from "../api.js";
import { keyed } from "../dom.js";
import { card } from "../job-card.js";
import { keep } from "../refresh.js";
import { offerCameras, onStart } from "../start-form.js";

const RUNNING = "queued,running,paused";
const ENDED = "met,expired,cancelled,failed";

async function updateJobs() {
  const [running, ended] = await Promise.all([get(`jobs?state=${RUNNING}`), get(`jobs?state=${ENDED}&limit=20`)]);
  show("running", running);
  show("ended", ended);
  document.getElementById("running-empty").hidden = running.items.length > 0;
  document.getElementById("ended-box").hidden = ended.items.length === 0;
  document.getElementById("ended-count").textContent = `(${ended.items.length}${ended.next ? "+" : ""})`;
}

const show = (id, page) => keyed(document.getElementById(id), page.items, (job) => job.id, (job) => card(job, refresh));

const refresh = keep(2000, updateJobs);
keep(5000, async () => offerCameras((await get("cameras")).items));
onStart(refresh);
