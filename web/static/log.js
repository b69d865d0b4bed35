// The end of the log, as it grows.

import { get } from "./api.js";
import { el, moment } from "./dom.js";

const MOST = 400;

// Shows lines in `list`, following the newest one as long as its reader is there: `take` those that are pushed, which
// is false where some are missing before them; `update` fetches those.
export function journal(list) {
  const box = list.parentElement;
  let last = 0;

  function add(items) {
    const news = items.filter(({ id }) => id > last);
    if (news.length === 0) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    last = news.at(-1).id;
    list.append(...news.map(line));
    while (list.children.length > MOST) list.firstElementChild.remove();
    if (atEnd) box.scrollTop = box.scrollHeight;
  }

  async function update() {
    add((await get(`logs?after=${last}&limit=${MOST}`)).items);
  }

  function take(lines) {
    if (lines[0].id > last + 1) return false;
    add(lines);
    return true;
  }

  return { update, take };
}

function line({ time, level, process, thread, source, text }) {
  const name = level.toLowerCase();
  const who = el("span", { className: "process" }, process);
  const said = el("span", { className: "said" }, text);
  return el("li", { className: name, title: `${source} · ${thread}` }, moment(time, true), el("span", { className: "level" }, name), who, said);
}
