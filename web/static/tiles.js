// Tiles with what cameras see now; a camera's pictures are fetched only while somebody can see its tile.

import { get } from "./api.js";
import { el, pill } from "./dom.js";
import { overlay, redraw } from "./overlay.js";
import { watchPictures } from "./picture-stream.js";
import { t, word } from "./text.js";

const TONES = { online: "good", starting: "muted", offline: "bad", stalled: "bad", quarantined: "bad" };

const tiles = new Map();
const shown = { boxes: document.getElementById("show-boxes"), zones: document.getElementById("show-zones") };

for (const box of Object.values(shown)) box.addEventListener("change", () => tiles.forEach(drawOver));
document.addEventListener("visibilitychange", () => tiles.forEach(watch));
document.addEventListener("fullscreenchange", () => tiles.forEach(watchAnew));

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const tile = tiles.get(target.dataset.camera);
    if (!tile) continue;
    tile.visible = isIntersecting;
    watch(tile);
  }
});

// Shows the cameras, or the one that is named, and returns what is known of them.
export async function updateCameras(only = null) {
  const known = await get("cameras");
  const items = known.items.filter((camera) => only === null || camera.name === only);
  const list = document.getElementById("camera-list");
  for (const camera of items) {
    if (!tiles.has(camera.name)) add(list, camera.name);
    show(tiles.get(camera.name), camera);
  }
  const names = new Set(items.map((camera) => camera.name));
  for (const [name, tile] of tiles) if (!names.has(name)) remove(name, tile);
  return items;
}

// Takes news of a camera, as pushed: what it sees, or how it is. Returns all that is known of it now.
export function note(name, changes) {
  const tile = tiles.get(name);
  if (tile) show(tile, { ...tile.camera, ...changes });
  return tile?.camera;
}

function add(list, name) {
  const picture = el("canvas", { role: "img", hidden: true });
  const layer = overlay();
  const blank = el("p", { className: "blank" });
  const view = el("div", { className: "view" }, picture, layer, blank);
  const caption = el("figcaption");
  const node = el("figure", { className: "tile card" }, view, caption);
  node.dataset.camera = name;
  tiles.set(name, { name, node, view, picture, layer, blank, caption, visible: false, stop: null });
  list.append(node);
  watcher.observe(node);
}

function remove(name, tile) {
  watcher.unobserve(tile.node);
  tile.stop?.();
  tile.node.remove();
  tiles.delete(name);
}

function watch(tile) {
  const wanted = tile.visible && tile.online && !document.hidden;
  if (wanted && !tile.stop) tile.stop = watchPictures(tile.name, tile.picture, (live) => pictured(tile, live));
  else if (!wanted && tile.stop) {
    tile.stop();
    tile.stop = null;
  }
}

// The server may have no more room for live views: then pictures are asked for one by one.
function pictured(tile, live) {
  tile.picture.hidden = false;
  if (tile.live === live) return;
  tile.live = live;
  caption(tile, tile.camera);
}

// In the size that it has now.
function watchAnew(tile) {
  tile.stop?.();
  tile.stop = null;
  watch(tile);
}

function show(tile, camera) {
  tile.camera = camera;
  tile.online = camera.state === "online";
  tile.picture.setAttribute("aria-label", t("cameras.picture", { camera: camera.friendly_name }));
  tile.node.classList.toggle("away", !tile.online);
  tile.blank.textContent = tile.online ? t("cameras.waiting") : t("cameras.no_picture", { state: word("camera", camera.state) });
  if (camera.size) tile.node.style.setProperty("--ratio", camera.size.width / camera.size.height);
  watch(tile);
  drawOver(tile);
  caption(tile, camera);
}

function drawOver(tile) {
  redraw(tile.layer, tile.camera, { boxes: tile.online && shown.boxes.checked, zones: shown.zones.checked });
}

function caption(tile, camera) {
  const fps = camera.stats && tile.online ? speed(tile, camera.stats) : "";
  const line = JSON.stringify([camera.friendly_name, camera.state, fps, seen(camera)]);
  if (tile.line === line) return;
  tile.line = line;
  const focused = tile.caption.contains(document.activeElement);
  tile.caption.replaceChildren(
    el("a", { href: `cameras/${encodeURIComponent(camera.name)}` }, el("strong", {}, camera.friendly_name)),
    pill(word("camera", camera.state), TONES[camera.state] || "muted"),
    el("span", { className: "fps" }, fps),
    el("span", { className: "seen" }, seen(camera)),
  );
  if (focused) tile.caption.querySelector("a").focus();
}

function speed({ live }, { camera_fps }) {
  return live === false ? t("cameras.slow") : t("cameras.fps", { fps: camera_fps.toFixed(0) });
}

function seen(camera) {
  if (camera.state !== "online") return camera.detail;
  const counts = new Map();
  for (const { label } of camera.objects) counts.set(label, (counts.get(label) || 0) + 1);
  return [...counts].map(([label, n]) => (n > 1 ? `${n} × ${label}` : label)).join(", ") || t("cameras.nothing");
}
