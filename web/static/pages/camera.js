import { card as alertCard } from "../alert-card.js";
import { address, get } from "../api.js";
import { el, keyed, percent, pill, words } from "../dom.js";
import { offerFullMotion } from "../full-motion.js";
import { card as jobCard } from "../job-card.js";
import { hear, keep, soon } from "../refresh.js";
import { t } from "../text.js";
import { note, updateCameras } from "../tiles.js";

const ALERTS = 5;
const name = document.getElementById("main").dataset.subject;
const at = (id) => document.getElementById(id);

function showSeen(camera) {
  const zones = new Map(camera.zones.map((zone) => [zone.name, zone.friendly_name]));
  keyed(at("seen"), camera.state === "online" ? camera.objects : [], (thing) => thing.id, (thing) => row(thing, zones));
  at("seen-empty").hidden = camera.objects.length > 0;
}

function row(thing, zones) {
  const where = thing.current_zones.map((zone) => zones.get(zone) ?? zone).join(", ");
  const still = thing.stationary ? pill(t("camera.still"), "muted") : null;
  return el("li", {}, el("strong", {}, words(thing.label)), el("span", { className: "hint" }, percent(thing.score)), still, el("span", { className: "hint" }, where));
}

async function updateRest() {
  const [jobs, alerts] = await Promise.all([
    get(address("jobs", { camera: name, state: "queued,running,paused" })),
    get(address("alerts", { camera: name, limit: ALERTS })),
  ]);
  keyed(at("camera-jobs"), jobs.items, (job) => job.id, (job) => jobCard(job, refresh));
  at("camera-jobs-empty").hidden = jobs.items.length > 0;
  keyed(at("camera-alerts"), alerts.items, (alert) => alert.id, (alert) => alertCard(alert, refresh));
  at("camera-alerts-empty").hidden = alerts.items.length > 0;
}

keep(5000, async () => {
  const [camera] = await updateCameras(name);
  at("camera-title").textContent = camera ? camera.friendly_name : t("camera.unknown", { name });
  if (camera) showSeen(camera);
});
const refresh = keep(15000, updateRest);
const refreshSoon = soon(refresh);
hear([`${name}/objects`, `${name}/state`, "job_state", "camera_monitoring"], (topic, payload) => {
  if (!topic.startsWith(`${name}/`)) return refreshSoon();
  const camera = note(name, payload);
  if (camera) showSeen(camera);
});

const full = at("fullscreen");
full.hidden = !document.fullscreenEnabled;
full.addEventListener("click", () => at("camera-list").requestFullscreen());
offerFullMotion(name);
