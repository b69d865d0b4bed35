// What the watches found, newest first, with the picture that was judged.

import { get } from "./api.js";
import { el, keyed, moment, percent, pill, words } from "./dom.js";

const PAGE = 20;
let older = [];
let cursor;

export async function updateAlerts() {
  const page = await get(`alerts?limit=${PAGE}`);
  if (cursor === undefined) cursor = page.next;
  const known = new Set(page.items.map((alert) => alert.id));
  show([...page.items, ...older.filter((alert) => !known.has(alert.id))]);
}

document.getElementById("more-alerts").addEventListener("click", async () => {
  const page = await get(`alerts?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`);
  older = [...older, ...page.items];
  cursor = page.next;
  await updateAlerts();
});

function show(alerts) {
  keyed(document.getElementById("alert-list"), alerts, (alert) => alert.id, card);
  document.getElementById("alerts-empty").hidden = alerts.length > 0;
  document.getElementById("more-alerts").hidden = !cursor;
}

function card(alert) {
  const about = alert.kind === "condition" ? null : pill(words(alert.kind), "warn");
  const sure = alert.confidence === null ? "" : `, ${percent(alert.confidence)}`;
  const judged = alert.judged_by ? `judged by ${alert.judged_by}${sure}` : "";
  return el(
    "article",
    { className: "card alert" },
    evidence(alert),
    el(
      "div",
      { className: "words" },
      el("h3", {}, alert.message || alert.condition),
      el("p", { className: "facts" }, about, el("span", {}, `${alert.camera} · `, moment(alert.time, true))),
      alert.reasoning ? el("p", {}, alert.reasoning) : null,
      el("p", { className: "hint" }, `“${alert.condition}”`, judged ? ` · ${judged}` : ""),
    ),
  );
}

function evidence(alert) {
  if (alert.evidence.length === 0) return null;
  const pictures = alert.evidence.map((_, n) => `api/alerts/${encodeURIComponent(alert.id)}/evidence/${n}.jpg`);
  const thumbs = pictures.map((src, n) => {
    const text = `Evidence ${n + 1} of ${pictures.length}: ${alert.message || alert.condition}`;
    const button = el("button", { type: "button", name: `evidence-${n}`, className: "thumb" });
    button.append(el("img", { src, alt: text, loading: "lazy" }));
    button.addEventListener("click", () => enlarge(src, text, alert));
    return button;
  });
  return el("div", { className: "thumbs" }, ...thumbs);
}

function enlarge(src, text, alert) {
  const viewer = document.getElementById("viewer");
  const picture = viewer.querySelector("img");
  picture.src = src;
  picture.alt = text;
  viewer.querySelector("p").replaceChildren(alert.reasoning || alert.condition, " · ", moment(alert.frame_time ?? alert.time, true));
  viewer.showModal();
}
