// What is drawn over a camera's picture: outlines of objects and zones, in pixels of the detect frame.

import { svg } from "./dom.js";

export const overlay = () => svg("svg", { class: "overlay", "aria-hidden": "true", preserveAspectRatio: "none" });

export function redraw(layer, camera, { boxes, zones }) {
  const { size } = camera;
  layer.replaceChildren();
  if (!size) return;
  layer.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  if (zones) layer.append(...camera.zones.map((zone) => area(zone, size)));
  if (boxes) layer.append(...camera.objects.map((thing) => box(thing, size.width)));
}

export function area(zone, { width, height }) {
  const corners = zone.polygon.map(([x, y]) => [x * width, y * height]);
  const [x, y] = corners.reduce((best, corner) => (corner[1] < best[1] ? corner : best));
  const points = corners.map((corner) => corner.join(",")).join(" ");
  return svg("g", { class: "zone" }, svg("polygon", { points }), label(zone.friendly_name, x, y + 0.04 * width, width));
}

function box(thing, width) {
  const [x1, y1, x2, y2] = thing.box;
  const shape = { x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(0, y2 - y1), rx: width / 200 };
  const text = `${thing.label} ${Math.round(thing.score * 100)}%`;
  const name = thing.stationary ? "box still" : "box";
  return svg("g", { class: name }, svg("rect", shape), label(text, x1, Math.max(0.03 * width, y1 - width / 100), width));
}

// Text in the right part of the picture grows to the left, so that it is not cut off.
function label(text, x, y, width) {
  const late = x > 0.75 * width;
  const place = late ? { x: width, "text-anchor": "end" } : { x };
  const node = svg("text", { ...place, y, "font-size": 0.03 * width });
  node.textContent = text;
  return node;
}
