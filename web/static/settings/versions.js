// What a file held before, newest first; each can be looked at and gone back to.

import { el, moment } from "../dom.js";
import { t } from "../text.js";

// `look(version, button)` and `restore(version, button)` are what its buttons do.
export function versionRow(version, { look, restore }) {
  const title = el("span", {}, moment(version.time, true), ` · ${origin(version)}`);
  const state = version.current ? el("span", { className: "pill good" }, t("settings.current")) : null;
  const back = version.current ? null : action(t("settings.restore"), version, restore);
  const top = el("div", { className: "top" }, title, state, action(t("settings.changes"), version, look), back);
  return el("li", { className: "card" }, top);
}

function action(words, version, act) {
  const button = el("button", { type: "button", className: "quiet" }, words);
  button.addEventListener("click", () => act(version, button));
  return button;
}

// Who made it, and how; in the API's words where the catalogue has none.
function origin({ who, why }) {
  const key = `change.${why.split(/[ :]/)[0]}`;
  const words = t(key, { who });
  return words === key ? `${who}: ${why}` : words;
}
