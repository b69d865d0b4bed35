// The end of the log, as it grows.

import { get } from "./api.js";
import { el, moment } from "./dom.js";

const MOST = 400;

// Returns what brings `list` up to date; it follows the newest line as long as its reader is there.
export function follow(list) {
  const box = list.parentElement;
  let last = 0;
  return async () => {
    const { items } = await get(`logs?after=${last}&limit=${MOST}`);
    if (items.length === 0) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    last = items.at(-1).id;
    list.append(...items.map(line));
    while (list.children.length > MOST) list.firstElementChild.remove();
    if (atEnd) box.scrollTop = box.scrollHeight;
  };
}

function line({ time, level, thread, source, text }) {
  const said = el("span", { className: "said" }, text);
  const name = level.toLowerCase();
  return el("li", { className: name, title: `${source} · ${thread}` }, moment(time, true), el("span", { className: "level" }, name), said);
}
