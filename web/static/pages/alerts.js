import { card } from "../alert-card.js";
import { address, get } from "../api.js";
import { el, keyed, words } from "../dom.js";
import { hear, keep, soon } from "../refresh.js";
import { t } from "../text.js";

const PAGE = 20;
const FILTERS = ["camera", "label", "zone", "job_id", "kind", "since"];
const at = (id) => document.getElementById(id);
const filter = at("filter");
let older = [];
let cursor;

// What is chosen stands in the address, so that it can be kept and sent to others.
const chosen = () => Object.fromEntries(FILTERS.map((name) => [name, filter[name].value]));

function wanted(more = {}) {
  const { since, ...rest } = chosen();
  const after = since ? Math.floor(Date.now() / 1000) - Number(since) : "";
  return address("alerts", { ...rest, after, limit: PAGE, ...more });
}

async function update() {
  const page = await get(wanted());
  if (cursor === undefined) cursor = page.next;
  const known = new Set(page.items.map((alert) => alert.id));
  const alerts = [...page.items, ...older.filter((alert) => !known.has(alert.id))];
  keyed(at("alert-list"), alerts, (alert) => alert.id, (alert) => card(alert, () => changed(alert.id), () => deleted(alert.id)));
  const filtered = Object.values(chosen()).some(Boolean);
  at("alerts-empty").hidden = alerts.length > 0 || filtered;
  at("alerts-filtered").hidden = alerts.length > 0 || !filtered;
  at("more-alerts").hidden = !cursor;
}

// Of those further down nothing new comes with the first page.
async function changed(id) {
  if (older.some((alert) => alert.id === id)) {
    const fresh = await get(`alerts/${encodeURIComponent(id)}`);
    older = older.map((alert) => (alert.id === id ? fresh : alert));
  }
  refresh();
}

function deleted(id) {
  older = older.filter((alert) => alert.id !== id);
  refresh();
}

at("more-alerts").addEventListener("click", async () => {
  const page = await get(wanted({ cursor }));
  older = [...older, ...page.items];
  cursor = page.next;
  refresh();
});

filter.addEventListener("change", () => {
  history.replaceState(null, "", address("alerts", chosen()));
  older = [];
  cursor = undefined;
  refresh();
});

// Of all cameras, each once.
const unique = (pairs) => [...new Map(pairs)].sort(([, a], [, b]) => a.localeCompare(b));

// What is there no more is offered where the address names one.
async function offer(name, options) {
  const value = new URLSearchParams(location.search).get(name) ?? "";
  const all = value && !options.some(([one]) => one === value) ? [...options, [value, value]] : options;
  filter[name].append(...all.map(([one, text]) => el("option", { value: one }, text)));
  filter[name].value = value;
}

const [cameras, jobs] = await Promise.all([get("cameras"), get("jobs?limit=100")]);
offer("camera", cameras.items.map((camera) => [camera.name, camera.friendly_name]));
offer("label", unique(cameras.items.flatMap(({ labels }) => labels.map((label) => [label, words(label)]))));
offer("zone", unique(cameras.items.flatMap(({ zones }) => zones.map((zone) => [zone.name, zone.friendly_name]))));
offer("job_id", jobs.items.map((job) => [job.id, job.condition]));
for (const name of ["kind", "since"]) filter[name].value = new URLSearchParams(location.search).get(name) ?? "";

const refresh = keep(15000, update);
const refreshSoon = soon(refresh);
hear(["camera_monitoring"], (_, alert) => {
  at("arrived").textContent = t("alerts.arrived", { what: alert.message || alert.condition || "" });
  refreshSoon();
});
