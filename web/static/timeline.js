// The looks of a job: when and why it looked, what it was shown, what the judge said.

import { el, moment, pill } from "./dom.js";
import { t, word } from "./text.js";
import { thumb } from "./thumb.js";
import { verdict } from "./verdict.js";

const TONES = { done: "muted", failed: "bad", pending: "busy", abandoned: "muted", doubted: "warn" };

export function look(one) {
  return el(
    "li",
    { className: "card look" },
    pictures(one),
    el(
      "div",
      { className: "words" },
      el("p", { className: "facts" }, moment(one.started_at, true), pill(word("look", one.state), TONES[one.state]), el("span", {}, reason(one))),
      verdict(one.verdict),
      one.error ? el("p", { className: "error" }, one.error) : null,
      el("p", { className: "hint" }, cost(one)),
    ),
  );
}

// Why it looked.
export const reason = (one) => [word("reason", one.reason), one.trigger].filter(Boolean).join(": ");

function pictures(one) {
  if (one.pictures.length === 0) return null;
  const thumbs = one.pictures.map((_, n) => {
    const text = t("look.picture", { n: n + 1, of: one.pictures.length });
    return thumb(`api/looks/${one.id}/${n}.jpg`, text, [moment(one.frame_time ?? one.started_at, true)]);
  });
  return el("div", { className: "thumbs" }, ...thumbs);
}

function cost(one) {
  const seconds = one.latency === null ? "" : t("look.seconds", { seconds: one.latency.toFixed(1) });
  const tokens = one.tokens === null ? "" : t("look.tokens", { tokens: one.tokens });
  return [one.provider, one.model, seconds, tokens].filter(Boolean).join(" · ");
}
