import { card as alertCard } from "../alert-card.js";
import { address, call, get } from "../api.js";
import { keyed } from "../dom.js";
import { onSubmit } from "../form.js";
import { card } from "../job-card.js";
import { hear, keep, soon } from "../refresh.js";
import { look } from "../timeline.js";
import { WatchForm } from "../watch-form.js";

const PAGE = 20;
const ALERTS = 5;
const id = document.getElementById("main").dataset.subject;
const path = `jobs/${encodeURIComponent(id)}`;
const at = (name) => document.getElementById(name);
let older = [];
let cursor;
let current;

async function update() {
  const [job, page, alerts] = await Promise.all([
    get(path),
    get(`${path}/looks?limit=${PAGE}`),
    get(address("alerts", { job_id: id, limit: ALERTS })),
  ]);
  current = job;
  at("job-title").textContent = job.condition;
  keyed(at("job"), [job], (one) => one.id, (one) => card(one, refresh));
  keyed(at("job-alerts"), alerts.items, (one) => one.id, (one) => alertCard(one, refresh));
  at("job-alerts-box").hidden = alerts.items.length === 0;
  if (at("edit")) at("edit").hidden = Boolean(job.ended_at);
  showLooks(page);
}

function showLooks(page) {
  if (cursor === undefined) cursor = page.next;
  const known = new Set(page.items.map((one) => one.id));
  const looks = [...page.items, ...older.filter((one) => !known.has(one.id))];
  keyed(at("looks"), looks, (one) => String(one.id), look);
  at("looks-empty").hidden = looks.length > 0;
  at("more-looks").hidden = !cursor;
}

at("more-looks").addEventListener("click", async () => {
  const page = await get(`${path}/looks?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`);
  older = [...older, ...page.items];
  cursor = page.next;
  refresh();
});

const refresh = keep(10000, update);
const refreshSoon = soon(refresh);
hear(["job_state", `watch/${id}/look`, "camera_monitoring"], (topic, said) => {
  const about = topic === "job_state" ? said.vlm_watch.id : topic === "camera_monitoring" ? said.job_id : id;
  if (about === id) refreshSoon();
});

const edit = at("edit");
if (edit) {
  const form = at("change");
  const watch = new WatchForm(form);
  edit.addEventListener("toggle", async () => {
    if (!edit.open) return;
    watch.offerCameras((await get("cameras")).items, current.camera);
    watch.fill(current);
  });
  onSubmit(form, async () => {
    current = await call("PATCH", path, watch.read());
    refresh();
    setTimeout(() => watch.fill(current));
  });
}
