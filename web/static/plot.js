// Small plots of what happened over time, each with the same numbers as a table.

import { el, moment, svg } from "./dom.js";
import { t } from "./text.js";

const WIDTH = 600;
const HEIGHT = 120;

// `series`: [{ name, values }], one value or null for each step (s) from `start` (epoch s) on; `show(value)` writes one.
export function plot({ title, series, start, step, show, bars = false }) {
  const top = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)), 0);
  const ceiling = top || 1;
  const shapes = series.map(({ values }, n) => (bars ? barsOf(values, ceiling, n, series.length) : lineOf(values, ceiling, n)));
  const summary = series.map(({ name, values }) => `${name}: ${show(values.at(-1) ?? 0)}`).join(", ");
  const frame = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...shapes.flat());
  const end = start + step * series[0].values.length;
  return el(
    "figure",
    { className: "plot card" },
    el("figcaption", {}, el("h3", {}, title), legend(series, show)),
    el("p", { className: "hint" }, t("plot.most", { value: show(top) })),
    frame,
    el("p", { className: "hint ends", "aria-label": summary }, moment(start), moment(Math.min(end, Date.now() / 1000))),
    table(title, series, start, step, show),
  );
}

const across = (index, count) => (count > 1 ? (index * WIDTH) / (count - 1) : WIDTH);
const above = (value, ceiling) => HEIGHT - (value / ceiling) * (HEIGHT - 4) - 2;

// A line that is broken where nothing was measured.
function lineOf(values, ceiling, n) {
  const parts = [[]];
  values.forEach((value, i) => {
    if (value === null) parts.push([]);
    else parts.at(-1).push(`${across(i, values.length).toFixed(1)},${above(value, ceiling).toFixed(1)}`);
  });
  return parts.filter((part) => part.length).map((part) => svg("polyline", { class: `series s${n}`, points: (part.length > 1 ? part : [part[0], part[0]]).join(" ") }));
}

function barsOf(values, ceiling, n, of) {
  const slot = WIDTH / values.length;
  const width = Math.max(1, (slot * 0.8) / of);
  return values.flatMap((value, i) => {
    if (!value) return [];
    const y = above(value, ceiling);
    return [svg("rect", { class: `bar s${n}`, x: (i * slot + n * width).toFixed(1), y: y.toFixed(1), width: width.toFixed(1), height: (HEIGHT - y).toFixed(1) })];
  });
}

function legend(series, show) {
  const items = series.map(({ name, values }, n) =>
    el("li", {}, el("span", { className: `key s${n}` }), `${name} `, el("b", {}, show(values.findLast((value) => value !== null) ?? 0))),
  );
  return el("ul", { className: "legend" }, ...items);
}

function table(title, series, start, step, show) {
  const details = el("details", {}, el("summary", {}, t("plot.table")));
  // Made when it is wanted: hundreds of rows in each plot.
  details.addEventListener("toggle", () => {
    if (!details.open || details.children.length > 1) return;
    const head = el("tr", {}, ...[t("plot.time"), ...series.map(({ name }) => name)].map((text) => el("th", { scope: "col" }, text)));
    const rows = series[0].values.map((_, i) => {
      const cells = series.map(({ values }) => el("td", {}, values[i] === null ? "–" : show(values[i])));
      return el("tr", {}, el("th", { scope: "row" }, moment(start + i * step)), ...cells);
    });
    const node = el("table", {}, el("caption", { className: "unseen" }, title), el("thead", {}, head), el("tbody", {}, ...rows.reverse()));
    details.append(el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": title }, node));
  });
  return details;
}
