// An answer as people read it.

import { el, moment, percent } from "./dom.js";
import { t, word } from "./text.js";

const TONES = { met: "good", not_met: "muted", unsure: "warn" };

export function verdict(said) {
  if (!said) return null;
  const answer = el("span", { className: `answer ${TONES[said.verdict]}` }, word("answer", said.verdict));
  const source = el("span", { className: "hint" }, ` ${percent(said.confidence)}, `, moment(said.frame_time, true), `, ${said.judged_by}`);
  return el("p", { className: "verdict" }, answer, source, el("br"), said.reasoning, textSeen(said.text_seen));
}

function textSeen(text) {
  return text ? el("span", { className: "hint" }, ` ${t("verdict.text_seen", { text })}`) : null;
}
