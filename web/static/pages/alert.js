import { card } from "../alert-card.js";
import { address, get } from "../api.js";
import { keyed } from "../dom.js";
import { hear, keep, soon } from "../refresh.js";
import { look } from "../timeline.js";

const LED_TO_IT = 20;
const MOMENT = 0.001;
const id = document.getElementById("main").dataset.subject;
const at = (name) => document.getElementById(name);

async function update() {
  const alert = await get(`alerts/${encodeURIComponent(id)}`);
  at("alert-title").textContent = alert.message || alert.condition;
  keyed(at("alert"), [alert], (one) => one.id, (one) => card(one, refresh, () => location.assign("alerts")));
  const last = alert.look_id === null ? alert.time : (await get(`looks/${alert.look_id}`)).started_at;
  const before = last + MOMENT;
  const page = await get(address(`jobs/${encodeURIComponent(alert.job_id)}/looks`, { before, limit: LED_TO_IT }));
  keyed(at("looks"), page.items, (one) => String(one.id), look);
  at("looks-empty").hidden = page.items.length > 0;
}

const refresh = keep(15000, update);
const refreshSoon = soon(refresh);
hear(["camera_monitoring"], (_, alert) => alert.alert_id === id && refreshSoon());
