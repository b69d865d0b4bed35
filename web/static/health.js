// How the program is, in one word and, opened, part by part.

import { get } from "./api.js";
import { el, keyed, pill, words } from "./dom.js";
import { word } from "./text.js";

const TONES = { ok: "good", starting: "muted", degraded: "warn", failed: "bad" };

export async function updateHealth() {
  const { status, parts } = await get("health");
  const summary = document.getElementById("health-status");
  summary.textContent = word("health", status);
  summary.className = `pill ${TONES[status] || "muted"}`;
  list(document.getElementById("health-parts"), parts);
}

// Shows every part with its state, in any list.
export function list(parent, parts) {
  const listed = Object.entries(parts).map(([name, part]) => ({ name, ...part }));
  keyed(parent, listed, (part) => part.name, row);
}

function row({ name, state, detail }) {
  const hint = detail ? el("span", { className: "hint" }, detail) : null;
  return el("li", {}, el("span", {}, words(name)), pill(word("part", state), TONES[state] || "muted"), hint);
}
