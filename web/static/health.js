// How the program is, in one word and, opened, part by part.

import { get } from "./api.js";
import { el, keyed, pill, words } from "./dom.js";

const WORDS = { ok: "All well", starting: "Starting", degraded: "Degraded", failed: "Failed" };
const TONES = { ok: "good", starting: "muted", degraded: "warn", failed: "bad" };

export async function updateHealth() {
  const { status, parts } = await get("health");
  const word = document.getElementById("health-status");
  word.textContent = WORDS[status] || status;
  word.className = `pill ${TONES[status] || "muted"}`;
  const listed = Object.entries(parts).map(([name, part]) => ({ name, ...part }));
  keyed(document.getElementById("health-parts"), listed, (part) => part.name, row);
}

function row({ name, state, detail }) {
  const hint = detail ? el("span", { className: "hint" }, detail) : null;
  return el("li", {}, el("span", {}, words(name)), pill(words(state), TONES[state] || "muted"), hint);
}
