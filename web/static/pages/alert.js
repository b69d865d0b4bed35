import { card } from "../alert-card.js";
import { get } from "../api.js";
import { keyed } from "../dom.js";
import { keep } from "../refresh.js";
import { look } from "../timeline.js";

const LED_TO_IT = 20;
const id = document.getElementById("main").dataset.subject;

keep(5000, async () => {
  const alert = await get(`alerts/${encodeURIComponent(id)}`);
  document.getElementById("alert-title").textContent = alert.message || alert.condition;
  keyed(document.getElementById("alert"), [alert], (one) => one.id, card);
  const page = await get(`jobs/${encodeURIComponent(alert.job_id)}/looks?limit=100`);
  const looks = page.items.filter((one) => one.started_at <= alert.time).slice(0, LED_TO_IT);
  keyed(document.getElementById("looks"), looks, (one) => String(one.id), look);
  document.getElementById("looks-empty").hidden = looks.length > 0;
});
