import { call, get } from "../api.js";
import { keyed } from "../dom.js";
import { action, card } from "../job-card.js";
import { keep } from "../refresh.js";
import { t } from "../text.js";
import { look } from "../timeline.js";

const PAGE = 20;
const path = `jobs/${encodeURIComponent(document.getElementById("main").dataset.subject)}`;
const more = document.getElementById("more-looks");
let older = [];
let cursor;

async function update() {
  const [job, page] = await Promise.all([get(path), get(`${path}/looks?limit=${PAGE}`)]);
  document.getElementById("job-title").textContent = job.condition;
  keyed(document.getElementById("job"), [job], (one) => one.id, controlled);
  if (cursor === undefined) cursor = page.next;
  const known = new Set(page.items.map((one) => one.id));
  const looks = [...page.items, ...older.filter((one) => !known.has(one.id))];
  keyed(document.getElementById("looks"), looks, (one) => String(one.id), look);
  document.getElementById("looks-empty").hidden = looks.length > 0;
  more.hidden = !cursor;
}

function controlled(job) {
  const node = card(job, refresh);
  if (job.ended_at) return node;
  const post = (verb, body) => () => call("POST", `${path}/${verb}`, body);
  const paused = job.state === "paused" || job.snoozed_until;
  const buttons = paused
    ? [action(t("job.resume"), job, post("resume"), refresh)]
    : [
        action(t("job.look"), job, post("look"), refresh),
        action(t("job.snooze"), job, post("snooze", { seconds: 3600 }), refresh),
        action(t("job.pause"), job, post("pause"), refresh),
      ];
  node.querySelector(".top").append(...buttons);
  return node;
}

more.addEventListener("click", async () => {
  const page = await get(`${path}/looks?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`);
  older = [...older, ...page.items];
  cursor = page.next;
  refresh();
});

const refresh = keep(2000, update);
