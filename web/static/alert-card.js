// An alert: what was found, with the picture that was judged, and what people say of it.

import { action, asked } from "./action.js";
import { call } from "./api.js";
import { el, moment, percent, pill } from "./dom.js";
import { cameraName } from "./friendly.js";
import { mayRule } from "./rights.js";
import { t, word } from "./text.js";
import { thumb } from "./thumb.js";

const SNOOZE = 3600;

// `changed` is called once something was done to the alert, `gone` once it is deleted.
export function card(alert, changed, gone = changed) {
  const title = el("a", { href: `alerts/${encodeURIComponent(alert.id)}` }, alert.message || alert.condition);
  const isNew = alert.kind === "condition" && alert.acknowledged_at === null;
  return el(
    "article",
    { className: `card alert ${alert.status}${isNew ? " new" : ""}` },
    evidence(alert),
    el(
      "div",
      { className: "words" },
      el("h3", {}, title),
      el("p", { className: "facts" }, moment(alert.time, true), el("span", {}, cameraName(alert.camera)), ...marks(alert)),
      alert.reasoning ? el("p", {}, alert.reasoning) : null,
      el("p", { className: "hint" }, [`“${alert.condition}”`, judged(alert)].filter(Boolean).join(" · ")),
      alert.note ? el("p", { className: "hint" }, t("alert.note", { note: alert.note })) : null,
      buttons(alert, changed, gone),
    ),
  );
}

function marks(alert) {
  const kind = alert.kind === "condition" ? null : pill(word("kind", alert.kind), alert.kind === "recovered" ? "good" : "warn");
  const tone = { unverified: "warn", withdrawn: "muted" }[alert.status];
  const status = tone ? pill(word("status", alert.status), tone) : null;
  const said = alert.feedback ? pill(word("feedback", alert.feedback), alert.feedback === "right" ? "good" : "bad") : null;
  const seen = alert.acknowledged_at === null ? null : pill(t("alert.seen"), "muted");
  return [kind, status, said, seen].filter(Boolean);
}

function judged(alert) {
  if (!alert.judged_by) return "";
  const by = t("alert.judged_by", { judge: alert.judged_by });
  return alert.confidence === null ? by : `${by}, ${percent(alert.confidence)}`;
}

function buttons(alert, changed, gone) {
  const path = `alerts/${encodeURIComponent(alert.id)}`;
  const button = (key, act, then = changed) => action(t(key), alert, act, then);
  const say = (verdict) => button(`alert.${verdict}`, () => call("POST", `${path}/feedback`, { verdict, note: alert.note }));
  const wrong = button("alert.wrong", () => noteOn(alert, path), changed);
  const all = [];
  if (alert.kind === "condition") all.push(pressed(say("right"), alert.feedback === "right"), pressed(wrong, alert.feedback === "wrong"));
  if (alert.acknowledged_at === null) all.push(button("alert.acknowledge", () => call("POST", `${path}/acknowledge`)));
  if (mayRule) {
    const job = `jobs/${encodeURIComponent(alert.job_id)}`;
    all.push(button("alert.snooze", () => call("POST", `${job}/snooze`, { seconds: SNOOZE })));
    all.push(button("alert.delete", asked(t("alert.delete_ask"), async () => { await call("DELETE", path); gone(); }), () => {}));
  }
  return el("div", { className: "buttons" }, ...all);
}

function pressed(button, is) {
  button.setAttribute("aria-pressed", String(is));
  return button;
}

// Says that it was wrong, and why, in the dialog that every page has; closing it says nothing.
function noteOn(alert, path) {
  const dialog = document.getElementById("note-dialog");
  const form = dialog.querySelector("form");
  form.note.value = alert.note;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.onclose = () => {
      if (dialog.returnValue !== "wrong") return resolve();
      call("POST", `${path}/feedback`, { verdict: "wrong", note: form.note.value }).then(resolve, reject);
    };
  });
}

// What was judged comes last; it grows into the full picture where there is one.
function evidence(alert) {
  const path = `api/alerts/${encodeURIComponent(alert.id)}`;
  const pictures = alert.evidence.map((_, n) => `${path}/evidence/${n}.jpg`);
  const full = alert.full ? `${path}/full.jpg` : null;
  if (full && pictures.length === 0) pictures.push(full);
  if (pictures.length === 0) return null;
  const thumbs = pictures.map((src, n) => {
    const text = t("alert.evidence", { n: n + 1, of: pictures.length, what: alert.message || alert.condition });
    const caption = [alert.reasoning || alert.condition, " · ", moment(alert.frame_time ?? alert.time, true)];
    const isJudged = full && n === pictures.length - 1;
    return thumb(src, text, isJudged ? [...caption, " · ", fullSize(full, alert)] : caption, isJudged ? full : src);
  });
  return el("div", { className: "thumbs" }, ...thumbs);
}

function fullSize(full, alert) {
  const seconds = Math.abs(alert.full_time - alert.frame_time).toFixed(1);
  return el("a", { href: full, target: "_blank" }, t("alert.full", { seconds }));
}
