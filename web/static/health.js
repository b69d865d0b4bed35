// How the program is, in one word and, opened, part by part.

import { get } from "./api.js";
import { el, keyed, pill, words } from "./dom.js";
import { t, word } from "./text.js";

export const TONES = { ok: "good", starting: "muted", degraded: "warn", failed: "bad" };

export async function updateHealth() {
  const { status, parts } = await get("health");
  const summary = document.getElementById("health-status");
  summary.textContent = word("health", status);
  summary.className = `pill ${TONES[status] || "muted"}`;
  list(document.getElementById("health-parts"), parts);
}

// Shows every part with its state, in any list.
// With `next`, also what happens next where something is wrong.
export function list(parent, parts, { next = false } = {}) {
  const listed = Object.entries(parts).map(([name, part]) => ({ name, ...part, next }));
  keyed(parent, listed, (part) => part.name, row);
}

function row({ name, state, detail, next }) {
  const follows = next && state !== "ok" ? t(`part.next.${state}`) : "";
  const told = [detail, follows].filter(Boolean).join(" — ");
  const hint = told ? el("span", { className: "hint" }, told) : null;
  return el("li", {}, el("span", {}, words(name)), pill(word("part", state), TONES[state] || "muted"), hint);
}
