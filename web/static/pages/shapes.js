// Zones and masks drawn over the camera's picture: with pointer, fingers, keys, or numbers in a table.

import { call, get } from "../api.js";
import { el, svg } from "../dom.js";
import { Outline } from "../outline.js";
import { outcomeText } from "../outcome.js";
import { t } from "../text.js";

const node = (id) => document.getElementById(id);
const camera = node("main").dataset.subject;
const api = `cameras/${encodeURIComponent(camera)}`;
const PATHS = { zone: "zones", motion_mask: "motion_masks", object_mask: "object_masks" };
const STEP = 0.005;
const form = node("form");
const drawing = node("drawing");

let shapes = [];
let labels = [];
let shape = null;
let outline = new Outline([], draw);
let size = [16, 9];
let chosen = -1;
let dirty = false;

function draw() {
  const [width, height] = size;
  const points = (corners) => corners.map(([x, y]) => `${x * width},${y * height}`).join(" ");
  const others = shapes.filter((one) => one !== shape).map((one) => svg("polygon", { points: points(one.corners), class: `${one.kind} other` }));
  const own = svg("polygon", { points: points(outline.corners), class: shape.kind });
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const focused = Number(document.activeElement?.closest?.(".corner")?.dataset.i ?? -1);
  drawing.replaceChildren(...others, own, ...outline.corners.map(handle));
  if (focused >= 0) drawing.querySelector(`[data-i="${Math.min(focused, outline.corners.length - 1)}"]`)?.focus();
  node("undo").disabled = outline.past.length === 0;
  list();
}

function handle([x, y], i) {
  const [width, height] = size;
  const place = { cx: x * width, cy: y * height };
  const name = t("shapes.corner_at", { n: i + 1, x: percent(x), y: percent(y) });
  return svg(
    "g",
    { class: "corner", "data-i": i, tabindex: 0, role: "button", "aria-label": name, ...(i === chosen ? { "data-chosen": "" } : {}) },
    svg("circle", { ...place, r: width * 0.028, class: "area" }),
    svg("circle", { ...place, r: width * 0.009, class: "dot" }),
  );
}

const percent = (value) => Math.round(value * 1000) / 10;

function list() {
  const body = node("corners");
  while (body.children.length > outline.corners.length) body.lastChild.remove();
  while (body.children.length < outline.corners.length) body.append(line(body.children.length));
  outline.corners.forEach(([x, y], i) => {
    const [across, down] = body.children[i].querySelectorAll("input");
    if (document.activeElement !== across) across.value = percent(x);
    if (document.activeElement !== down) down.value = percent(y);
  });
}

function line(i) {
  const field = (axis) => {
    const input = el("input", { type: "number", min: 0, max: 100, step: 0.1 });
    input.setAttribute("aria-label", t(`shapes.${axis}_of`, { n: i + 1 }));
    input.addEventListener("change", () => {
      touched();
      const [x, y] = outline.corners[i];
      const value = Number(input.value) / 100;
      if (axis === "x") outline.move(i, value, y);
      else outline.move(i, x, value);
    });
    return el("td", {}, input);
  };
  const remove = el("button", { type: "button", className: "quiet" }, "×");
  remove.setAttribute("aria-label", t("shapes.remove_of", { n: i + 1 }));
  remove.addEventListener("click", () => {
    dirty = true;
    outline.remove(i);
  });
  return el("tr", {}, el("th", { scope: "row" }, `${i + 1}`), field("x"), field("y"), el("td", {}, remove));
}

function touched() {
  dirty = true;
  outline.remember();
}

function position(event) {
  const box = drawing.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

drawing.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  const corner = event.target.closest(".corner");
  if (corner) touched();
  else dirty = true;
  chosen = corner ? Number(corner.dataset.i) : outline.add(...position(event));
  drawing.setPointerCapture(event.pointerId);
  draw();
  drawing.querySelector(`[data-i="${chosen}"]`)?.focus();
});
drawing.addEventListener("pointermove", (event) => {
  if (drawing.hasPointerCapture(event.pointerId) && chosen >= 0) outline.move(chosen, ...position(event));
});
for (const end of ["pointerup", "pointercancel"]) {
  drawing.addEventListener(end, () => {
    chosen = -1;
    draw();
  });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
drawing.addEventListener("keydown", (event) => {
  const i = Number(event.target.closest(".corner")?.dataset.i ?? -1);
  if (i < 0) return;
  const arrow = ARROWS[event.key];
  const step = event.shiftKey ? 10 * STEP : STEP;
  if (arrow) {
    touched();
    outline.move(i, outline.corners[i][0] + arrow[0] * step, outline.corners[i][1] + arrow[1] * step);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    dirty = true;
    outline.remove(i);
  } else if (event.key === "Enter" || event.key === "+") {
    dirty = true;
    const added = outline.addAfter(i);
    drawing.querySelector(`[data-i="${added}"]`)?.focus();
  } else return;
  event.preventDefault();
});
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.closest("input")) {
    event.preventDefault();
    outline.undo();
  }
});

function choose(one) {
  shape = one;
  dirty = false;
  outline = new Outline(one.corners, draw);
  form.elements.name.value = one.name;
  form.elements.name.readOnly = shapes.includes(one);
  form.elements.friendly_name.value = one.friendly_name ?? "";
  form.elements.enabled.checked = one.enabled;
  form.elements.inertia.value = one.inertia;
  form.elements.loitering_time.value = one.loitering_time;
  form.querySelector("[data-zone]").hidden = one.kind !== "zone";
  const known = [...new Set([...labels, ...one.objects])];
  node("labels").replaceChildren(
    ...known.map((label) => el("label", { className: "chip" }, el("input", { type: "checkbox", name: "objects", value: label, checked: one.objects.includes(label) }), ` ${label}`)),
  );
  node("delete").hidden = !shapes.includes(one);
  complain([]);
  draw();
}

const blank = (kind) => ({ kind, name: "", friendly_name: null, enabled: true, corners: [], objects: [], inertia: 3, loitering_time: 0 });

function offer(selected) {
  const option = (one, i) => el("option", { value: i }, `${one.friendly_name ?? one.name} · ${t(`shapes.${one.kind}`)}${one.enabled ? "" : ` · ${t("shapes.off")}`}`);
  const fresh = Object.keys(PATHS).map((kind) => el("option", { value: kind }, t(`shapes.new_${kind}`)));
  node("shape").replaceChildren(...shapes.map(option), ...fresh);
  const i = shapes.findIndex((one) => selected && one.name === selected.name && one.kind === selected.kind);
  node("shape").value = i >= 0 ? i : shapes.length ? 0 : "zone";
  pick();
}

function pick() {
  const value = node("shape").value;
  choose(value in PATHS ? blank(value) : shapes[Number(value)]);
}

async function load(selected) {
  const told = await get(`${api}/shapes`);
  shapes = told.items;
  labels = told.labels;
  offer(selected);
}

function complain(errors, message = "") {
  for (const place of form.querySelectorAll("[data-error]")) place.textContent = "";
  const rest = errors.filter(({ field, message: text }) => {
    const place = form.querySelector(`[data-error="${CSS.escape(field.split(".")[0])}"]`);
    if (place) place.textContent = text;
    return !place;
  });
  const words = rest.map(({ field, message: text }) => `${field}: ${text}`);
  form.querySelector('[data-error=""]').textContent = errors.length ? words.join("; ") : message;
}

function body() {
  const { friendly_name, enabled, inertia, loitering_time } = form.elements;
  const mask = { corners: outline.corners, friendly_name: friendly_name.value.trim() || null, enabled: enabled.checked };
  if (shape.kind !== "zone") return mask;
  const objects = [...node("labels").querySelectorAll("input:checked")].map((input) => input.value);
  return { ...mask, objects, inertia: Number(inertia.value), loitering_time: Number(loitering_time.value) };
}

async function send(method, document, said) {
  const name = form.elements.name.value.trim();
  complain([]);
  node("said").textContent = "";
  if (!name) return complain([{ field: "name", message: t("shapes.name_missing") }]);
  for (const button of form.querySelectorAll(".actions button")) button.disabled = true;
  try {
    const outcome = await call(method, `${api}/${PATHS[shape.kind]}/${encodeURIComponent(name)}`, document);
    await load({ name, kind: shape.kind });
    node("said").textContent = `${said} ${outcomeText(outcome)}`;
  } catch (error) {
    complain(error.errors ?? [], error.message);
  } finally {
    for (const button of form.querySelectorAll(".actions button")) button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send("PUT", body(), t("shapes.saved"));
});
form.addEventListener("input", () => (dirty = true));
node("delete").addEventListener("click", () => {
  if (confirm(t("shapes.delete_ask", { name: shape.name }))) send("DELETE", undefined, t("shapes.deleted"));
});
node("shape").addEventListener("change", () => {
  if (dirty && !confirm(t("settings.discard"))) node("shape").value = shapes.includes(shape) ? shapes.indexOf(shape) : shape.kind;
  else pick();
});
node("undo").addEventListener("click", () => outline.undo());
node("clear").addEventListener("click", () => {
  dirty = true;
  outline.clear();
});
node("add").addEventListener("click", () => {
  dirty = true;
  outline.addAfter(outline.corners.length - 1);
});
node("shot").addEventListener("click", shoot);
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});

const picture = node("picture");
function shoot() {
  picture.src = `api/${encodeURIComponent(camera)}/latest.jpg?height=1080&t=${Date.now()}`;
}
picture.addEventListener("load", () => {
  size = [picture.naturalWidth, picture.naturalHeight];
  if (shape) draw();
});

const known = (await get("cameras")).items.find((one) => one.name === camera);
node("title").textContent = t("shapes.title", { camera: known?.friendly_name ?? camera });
picture.alt = t("cameras.picture", { camera: known?.friendly_name ?? camera });
shoot();
try {
  await load(null);
} catch (error) {
  node("state").textContent = error.message;
}
