// An alert: what was found, with the picture that was judged.

import { el, moment, percent, pill } from "./dom.js";
import { t, word } from "./text.js";

export function card(alert) {
  const title = el("a", { href: `alerts/${encodeURIComponent(alert.id)}` }, alert.message || alert.condition);
  return el(
    "article",
    { className: "card alert" },
    evidence(alert),
    el(
      "div",
      { className: "words" },
      el("h3", {}, title),
      el("p", { className: "facts" }, kind(alert), el("span", {}, `${alert.camera} · `, moment(alert.time, true))),
      alert.reasoning ? el("p", {}, alert.reasoning) : null,
      el("p", { className: "hint" }, [`“${alert.condition}”`, judged(alert)].filter(Boolean).join(" · ")),
    ),
  );
}

function kind(alert) {
  if (alert.kind !== "condition") return pill(word("kind", alert.kind), "warn");
  return alert.status === "verified" ? null : pill(word("status", alert.status), "muted");
}

function judged(alert) {
  if (!alert.judged_by) return "";
  const by = t("alert.judged_by", { judge: alert.judged_by });
  return alert.confidence === null ? by : `${by}, ${percent(alert.confidence)}`;
}

export function evidence(alert) {
  if (alert.evidence.length === 0) return null;
  const pictures = alert.evidence.map((_, n) => `api/alerts/${encodeURIComponent(alert.id)}/evidence/${n}.jpg`);
  const thumbs = pictures.map((src, n) => {
    const text = t("alert.evidence", { n: n + 1, of: pictures.length, what: alert.message || alert.condition });
    return thumb(src, text, [alert.reasoning || alert.condition, " · ", moment(alert.frame_time ?? alert.time, true)]);
  });
  return el("div", { className: "thumbs" }, ...thumbs);
}

// A picture that grows when it is chosen; `caption` stands below it then.
export function thumb(src, text, caption) {
  const button = el("button", { type: "button", name: src, className: "thumb" }, el("img", { src, alt: text, loading: "lazy" }));
  button.addEventListener("click", () => {
    const viewer = document.getElementById("viewer");
    Object.assign(viewer.querySelector("img"), { src, alt: text });
    viewer.querySelector("p").replaceChildren(...caption);
    viewer.showModal();
  });
  return button;
}
