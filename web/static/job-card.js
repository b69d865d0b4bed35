// A watch job: what it asks, what it does, what it saw last.

import { call } from "./api.js";
import { el, moment, notice, pill } from "./dom.js";
import { count, t, word } from "./text.js";
import { verdict } from "./verdict.js";

const TONES = {
  running: "good", met: "good", failed: "bad", blind: "bad", model_down: "bad", budget_spent: "warn", failing: "bad", looking: "busy",
};

// `changed` is called once something was done to the job.
export function card(job, changed) {
  const status = job.state === "running" && job.phase ? job.phase : job.state;
  const title = el("a", { href: `watch/${encodeURIComponent(job.id)}` }, job.condition);
  return el(
    "article",
    { className: "card job" },
    el("div", { className: "top" }, el("h3", {}, title), ending(job, changed)),
    el("p", { className: "facts" }, pill(word("status", status), TONES[status] || "muted"), facts(job)),
    verdict(job.last_verdict),
    job.error ? el("p", { className: "error" }, job.error) : null,
  );
}

function facts(job) {
  const where = [job.camera, ...job.zones].join(" › ");
  const counted = [count("count.look", job.looks), count("count.alert", job.alerts)];
  const parts = [where, job.labels.join(", "), t(`mode.${job.mode}`), ...counted];
  const line = el("span", {}, parts.filter(Boolean).join(" · "));
  if (job.last_alert_at) line.append(` · ${t("job.last_alert")} `, moment(job.last_alert_at, true));
  if (job.ended_at) line.append(` · ${t("job.ended")} `, moment(job.ended_at));
  else if (job.expires_at) line.append(` · ${t("job.until")} `, moment(job.expires_at));
  return line;
}

function ending(job, changed) {
  const path = `jobs/${encodeURIComponent(job.id)}`;
  if (job.ended_at) return action(t("job.forget"), job, () => call("DELETE", path), changed);
  return action(t("job.stop"), job, () => call("POST", `${path}/stop`), changed);
}

// A button that does something to a job, once, and says what went wrong.
export function action(name, job, act, changed) {
  const button = el("button", { type: "button", name, className: "quiet" }, name);
  button.setAttribute("aria-label", `${name}: ${job.condition}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      notice(error.message);
    }
    button.disabled = false;
    changed();
  });
  return button;
}
