// Building the page. Text goes in as text: nothing here, or anywhere else, parses markup.

export function el(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const texts = new WeakMap();

// One node per item, in order: `make(item)` builds it, and again only when the item has changed.
export function keyed(parent, items, key, make) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const text = JSON.stringify(item);
    const before = old.get(key(item));
    if (before && texts.get(before) === text) return before;
    const node = make(item, before);
    node.dataset.key = key(item);
    texts.set(node, text);
    if (before && before !== node) replace(before, node);
    return node;
  });
  const keep = new Set(nodes);
  for (const node of [...parent.children]) if (!keep.has(node)) node.remove();
  nodes.forEach((node, i) => {
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] || null);
  });
}

// Whoever was on a button of the old node is on the same button of the new one.
function replace(before, node) {
  const focused = before.contains(document.activeElement) ? document.activeElement.name : null;
  before.replaceWith(node);
  if (focused) node.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
}

export function moment(seconds, precise = false) {
  const date = new Date(seconds * 1000);
  const second = precise ? "2-digit" : undefined;
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second });
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? "" : `${date.toLocaleDateString([], { day: "numeric", month: "short" })}, `;
  return el("time", { dateTime: date.toISOString(), title: date.toLocaleString() }, day + time);
}

export const percent = (fraction) => `${Math.round(fraction * 100)} %`;

// The name of a part or label as people read it.
export const words = (name) => name.replaceAll("_", " ");

export const pill = (text, tone) => el("span", { className: `pill ${tone}` }, text);

export function notice(text) {
  const bar = document.getElementById("notice");
  bar.textContent = text;
  bar.hidden = !text;
}
