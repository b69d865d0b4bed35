import { card } from "../alert-card.js";
import { get } from "../api.js";
import { keyed } from "../dom.js";
import { keep } from "../refresh.js";

const PAGE = 20;
const more = document.getElementById("more-alerts");
let older = [];
let cursor;

async function update() {
  const page = await get(`alerts?limit=${PAGE}`);
  if (cursor === undefined) cursor = page.next;
  const known = new Set(page.items.map((alert) => alert.id));
  const alerts = [...page.items, ...older.filter((alert) => !known.has(alert.id))];
  keyed(document.getElementById("alert-list"), alerts, (alert) => alert.id, card);
  document.getElementById("alerts-empty").hidden = alerts.length > 0;
  more.hidden = !cursor;
}

more.addEventListener("click", async () => {
  const page = await get(`alerts?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`);
  older = [...older, ...page.items];
  cursor = page.next;
  refresh();
});

const refresh = keep(3000, update);
