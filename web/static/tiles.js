// Tiles with the newest picture, fetched only while somebody can see it, and what is in it drawn on top.

import { get } from "./api.js";
import { el, pill, svg } from "./dom.js";
import { t, word } from "./text.js";

const FRAME_EVERY = 1000;
const RETRY_EVERY = 5000;
const TONES = { online: "good", starting: "muted", offline: "bad", stalled: "bad", quarantined: "bad" };

const tiles = new Map();

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const tile = tiles.get(entry.target.dataset.camera);
    tile.visible = entry.isIntersecting;
    if (tile.visible) refresh(tile);
  }
});

// Shows the cameras, or the one that is named, and returns what is known of them.
export async function updateCameras(only = null) {
  const known = await get("cameras");
  const items = known.items.filter((camera) => only === null || camera.name === only);
  const list = document.getElementById("camera-list");
  for (const camera of items) {
    if (!tiles.has(camera.name)) add(list, camera);
    show(tiles.get(camera.name), camera);
  }
  const names = new Set(items.map((camera) => camera.name));
  for (const [name, tile] of tiles) if (!names.has(name)) remove(name, tile);
  return items;
}

function add(list, camera) {
  const picture = el("img", { alt: "", hidden: true, decoding: "async" });
  const overlay = svg("svg", { class: "overlay", "aria-hidden": "true", preserveAspectRatio: "none" });
  const blank = el("p", { className: "blank" });
  const view = el("div", { className: "view" }, picture, overlay, blank);
  const caption = el("figcaption");
  const node = el("figure", { className: "tile card" }, view, caption);
  node.dataset.camera = camera.name;
  const tile = { name: camera.name, node, view, picture, overlay, blank, caption, visible: false, busy: false };
  picture.onload = () => done(tile, FRAME_EVERY, true);
  picture.onerror = () => done(tile, RETRY_EVERY, false);
  tiles.set(camera.name, tile);
  list.append(node);
  watcher.observe(node);
}

function remove(name, tile) {
  watcher.unobserve(tile.node);
  tile.node.remove();
  tiles.delete(name);
}

function refresh(tile) {
  if (tile.busy || !tile.visible || !tile.online || document.hidden) return;
  tile.busy = true;
  tile.picture.src = `api/${encodeURIComponent(tile.name)}/latest.jpg?height=540&t=${Date.now()}`;
}

function done(tile, pause, loaded) {
  tile.picture.hidden = !loaded;
  setTimeout(() => {
    tile.busy = false;
    refresh(tile);
  }, pause);
}

document.addEventListener("visibilitychange", () => tiles.forEach(refresh));

function show(tile, camera) {
  const { size, state } = camera;
  tile.online = state === "online";
  tile.picture.alt = t("cameras.picture", { camera: camera.friendly_name });
  tile.node.classList.toggle("away", !tile.online);
  refresh(tile);
  tile.blank.textContent = tile.online ? t("cameras.waiting") : t("cameras.no_picture", { state: word("camera", state) });
  if (size) tile.view.style.aspectRatio = `${size.width} / ${size.height}`;
  tile.overlay.replaceChildren(...(size && tile.online ? drawings(camera) : []));
  if (size) tile.overlay.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  caption(tile, camera);
}

function caption(tile, camera) {
  const fps = camera.stats && camera.state === "online" ? t("cameras.fps", { fps: camera.stats.camera_fps.toFixed(0) }) : "";
  const line = JSON.stringify([camera.friendly_name, camera.state, fps, seen(camera)]);
  if (tile.line === line) return;
  tile.line = line;
  tile.caption.replaceChildren(
    el("a", { href: `cameras/${encodeURIComponent(camera.name)}` }, el("strong", {}, camera.friendly_name)),
    pill(word("camera", camera.state), TONES[camera.state] || "muted"),
    el("span", { className: "fps" }, fps),
    el("span", { className: "seen" }, seen(camera)),
  );
}

function seen(camera) {
  if (camera.state !== "online") return camera.detail;
  const counts = new Map();
  for (const { label } of camera.objects) counts.set(label, (counts.get(label) || 0) + 1);
  return [...counts].map(([label, n]) => (n > 1 ? `${n} × ${label}` : label)).join(", ") || t("cameras.nothing");
}

function drawings(camera) {
  const { width, height } = camera.size;
  const boxes = document.getElementById("show-boxes").checked ? camera.objects : [];
  const zones = document.getElementById("show-zones").checked ? camera.zones : [];
  return [...zones.map((zone) => area(zone, width, height)), ...boxes.map((thing) => box(thing, width))];
}

function area(zone, width, height) {
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
