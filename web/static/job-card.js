// A watch job: what it asks, what it does, what it saw last and why it looked.

import { action, asked } from "./action.js";
import { call } from "./api.js";
import { el, moment, pill, words } from "./dom.js";
import { cameraName, zoneName } from "./friendly.js";
import { mayRule } from "./rights.js";
import { count, t, word } from "./text.js";
import { reason } from "./timeline.js";
import { verdict } from "./verdict.js";

const TONES = {
  running: "good", met: "good", watching: "good", failed: "bad", blind: "bad", model_down: "bad", budget_spent: "warn", failing: "bad", looking: "busy",
};
const SNOOZE = 3600;

// `changed` is called once something was done to the job; `lastLook` says why it looked, where that is known.
export function card(job, changed, lastLook = null) {
  const status = job.state === "running" && job.phase ? job.phase : job.state;
  const title = el("a", { href: `watch/${encodeURIComponent(job.id)}` }, job.condition);
  return el(
    "article",
    { className: "card job" },
    el("div", { className: "top" }, el("h3", {}, title), pill(word("status", status), TONES[status] || "muted")),
    el("p", { className: "facts" }, facts(job)),
    verdict(job.last_verdict),
    lastLook ? el("p", { className: "hint" }, t("job.why", { why: reason(lastLook) })) : null,
    timing(job),
    job.error ? el("p", { className: "error" }, job.error) : null,
    mayRule ? buttons(job, changed) : null,
  );
}

function facts(job) {
  const where = [cameraName(job.camera), job.zones.map((zone) => zoneName(job.camera, zone)).join(", ")].filter(Boolean).join(" › ");
  const counted = [count("count.look", job.looks), count("count.alert", job.alerts)];
  const parts = [where, job.labels.map(words).join(", "), t(`mode.${job.mode}`), ...counted];
  const line = el("span", {}, parts.filter(Boolean).join(" · "));
  if (job.last_alert_at) line.append(` · ${t("job.last_alert")} `, moment(job.last_alert_at, true));
  return line;
}

function timing(job) {
  const line = el("p", { className: "facts" });
  const say = (key, at) => at && line.append(el("span", {}, `${t(key)} `, moment(at)));
  if (job.ended_at) say("job.ended", job.ended_at);
  else {
    say("job.snoozed_until", job.snoozed_until);
    say("job.next_look", job.next_look_at);
    say("job.until", job.expires_at);
    if (job.budget) line.append(...spent(job.budget));
  }
  return line.childElementCount ? line : null;
}

function spent(budget) {
  return Object.entries(budget)
    .filter(([, { limit }]) => limit !== null)
    .map(([name, { used, limit }]) => {
      const text = t(`budget.${name}`, { used, limit });
      const meter = el("meter", { min: 0, max: limit, high: limit * 0.8, value: used });
      meter.setAttribute("aria-label", text);
      return el("span", { className: "budget" }, meter, text);
    });
}

function buttons(job, changed) {
  const path = `jobs/${encodeURIComponent(job.id)}`;
  const button = (key, act) => action(t(key), job, act, changed);
  const post = (verb, body) => () => call("POST", `${path}/${verb}`, body);
  if (job.ended_at) return el("div", { className: "buttons" }, button("job.forget", asked(t("job.forget_ask"), () => call("DELETE", path))));
  const stop = button("job.stop", asked(t("job.stop_ask"), post("stop")));
  if (job.state === "paused" || job.snoozed_until) return el("div", { className: "buttons" }, button("job.resume", post("resume")), stop);
  return el(
    "div",
    { className: "buttons" },
    button("job.look", post("look")),
    button("job.snooze", post("snooze", { seconds: SNOOZE })),
    button("job.pause", post("pause")),
    stop,
  );
}
