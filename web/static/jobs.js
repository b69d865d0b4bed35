// What is being watched for, and what was.

import { call, get } from "./api.js";
import { el, keyed, moment, notice, percent, pill, words } from "./dom.js";

const RUNNING = "queued,running,paused";
const ENDED = "met,expired,cancelled,failed";
const TONES = {
  running: "good", met: "good", failed: "bad", blind: "bad", model_down: "bad", budget_spent: "warn", looking: "busy",
};
const ANSWERS = { met: "Yes", not_met: "No", unsure: "Not sure" };
const ANSWER_TONES = { met: "good", not_met: "muted", unsure: "warn" };

export async function updateJobs() {
  const [running, ended] = await Promise.all([get(`jobs?state=${RUNNING}`), get(`jobs?state=${ENDED}&limit=20`)]);
  keyed(document.getElementById("running"), running.items, (job) => job.id, card);
  keyed(document.getElementById("ended"), ended.items, (job) => job.id, card);
  document.getElementById("running-empty").hidden = running.items.length > 0;
  document.getElementById("ended-box").hidden = ended.items.length === 0;
  document.getElementById("ended-count").textContent = `(${ended.items.length}${ended.next ? "+" : ""})`;
}

function card(job) {
  const status = job.state === "running" && job.phase ? job.phase : job.state;
  return el(
    "article",
    { className: "card job" },
    el("div", { className: "top" }, el("h3", {}, job.condition), action(job)),
    el("p", { className: "facts" }, pill(words(status), TONES[status] || "muted"), facts(job)),
    verdict(job.last_verdict),
    job.error ? el("p", { className: "error" }, job.error) : null,
  );
}

function facts(job) {
  const where = [job.camera, ...job.zones].join(" › ");
  const counted = `${job.looks} ${job.looks === 1 ? "look" : "looks"}, ${job.alerts} ${job.alerts === 1 ? "alert" : "alerts"}`;
  const parts = [where, job.labels.join(", "), job.mode === "standing" ? "each time" : "once", counted];
  const line = el("span", {}, parts.filter(Boolean).join(" · "));
  if (job.last_alert_at) line.append(", the last ", moment(job.last_alert_at, true));
  if (job.ended_at) line.append(" · ended ", moment(job.ended_at));
  else if (job.expires_at) line.append(" · until ", moment(job.expires_at));
  return line;
}

function verdict(last) {
  if (!last) return null;
  const answer = el("span", { className: `answer ${ANSWER_TONES[last.verdict]}` }, ANSWERS[last.verdict]);
  const source = el("span", { className: "hint" }, ` ${percent(last.confidence)}, `, moment(last.frame_time, true), `, ${last.judged_by}`);
  return el("p", { className: "verdict" }, answer, source, el("br"), last.reasoning, textSeen(last.text_seen));
}

function textSeen(text) {
  return text ? el("span", { className: "hint" }, ` Text in the picture: “${text}”`) : null;
}

function action(job) {
  const [name, method, path] = job.ended_at ? ["Forget", "DELETE", ""] : ["Stop", "POST", "/stop"];
  const button = el("button", { type: "button", name: "action", className: "quiet" }, name);
  button.setAttribute("aria-label", `${name}: ${job.condition}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await call(method, `jobs/${encodeURIComponent(job.id)}${path}`);
    } catch (error) {
      notice(error.message);
    }
    await updateJobs();
  });
  return button;
}
