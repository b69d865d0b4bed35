// Zones and masks of a camera: chosen, drawn over its picture, and written into the configuration's file.

import { call, get } from "../api.js";
import { el } from "../dom.js";
import { outcomeText } from "../outcome.js";
import { Outline } from "../outline.js";
import { Canvas } from "../shapes/canvas.js";
import { Corners } from "../shapes/corners.js";
import { Fields } from "../shapes/fields.js";
import { t } from "../text.js";

const node = (id) => document.getElementById(id);
const camera = node("main").dataset.subject;
const api = `cameras/${encodeURIComponent(camera)}`;
const PATHS = { zone: "zones", motion_mask: "motion_masks", object_mask: "object_masks" };

const edited = () => (dirty = true);
const form = node("form");
const picture = node("picture");
const canvas = new Canvas(node("drawing"), edited);
const corners = new Corners(node("corners"), edited);
const fields = new Fields(form, node("labels"));

let shapes = [];
let labels = [];
let shape = null;
let outline = new Outline([], draw);
let dirty = false;

function draw() {
  canvas.draw();
  corners.draw();
  node("undo").disabled = outline.past.length === 0;
}

function choose(one) {
  shape = one;
  dirty = false;
  outline = new Outline(one.corners, draw);
  canvas.show(outline, one.kind, shapes.filter((other) => other !== one));
  corners.show(outline);
  const isNew = !shapes.includes(one);
  fields.show(one, labels, isNew);
  node("delete").hidden = isNew;
  draw();
}

const blank = (kind) => ({ kind, name: "", friendly_name: null, enabled: true, corners: [], objects: [], inertia: 3, loitering_time: 0 });

function option(one, i) {
  const words = [one.friendly_name ?? one.name, t(`shapes.${one.kind}`), ...(one.enabled ? [] : [t("shapes.off")])];
  return el("option", { value: i }, words.join(" · "));
}

function offer(selected) {
  const fresh = Object.keys(PATHS).map((kind) => el("option", { value: kind }, t(`shapes.new_${kind}`)));
  node("shape").replaceChildren(...shapes.map(option), ...fresh);
  const i = shapes.findIndex((one) => one.name === selected?.name && one.kind === selected.kind);
  node("shape").value = i >= 0 ? i : shapes.length ? 0 : "zone";
  pick();
}

function pick() {
  const { value } = node("shape");
  choose(value in PATHS ? blank(value) : shapes[Number(value)]);
}

async function load(selected) {
  ({ items: shapes, labels } = await get(`${api}/shapes`));
  offer(selected);
}

async function send(method, document, said) {
  const { name } = fields;
  fields.complain([]);
  node("said").textContent = "";
  if (!name) return fields.complain([{ field: "name", message: t("shapes.name_missing") }]);
  try {
    const outcome = await call(method, `${api}/${PATHS[shape.kind]}/${encodeURIComponent(name)}`, document);
    await load({ name, kind: shape.kind });
    node("said").textContent = `${said} ${outcomeText(outcome)}`;
  } catch (error) {
    fields.complain(error.errors ?? [], error.message);
  }
}

function shoot() {
  picture.src = `api/${encodeURIComponent(camera)}/latest.jpg?height=1080&t=${Date.now()}`;
}

// What a button does to the outline.
function onClick(id, act) {
  node(id).addEventListener("click", () => {
    edited();
    act();
  });
}

onClick("undo", () => outline.undo());
onClick("clear", () => outline.clear());
onClick("add", () => outline.addAfter(outline.corners.length - 1));
node("shot").addEventListener("click", shoot);
picture.addEventListener("load", () => canvas.resize(picture.naturalWidth, picture.naturalHeight));
form.addEventListener("input", edited);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const document = { corners: outline.corners, ...fields.values(shape.kind) };
  fields.busy(() => send("PUT", document, t("shapes.saved")));
});
node("delete").addEventListener("click", () => {
  if (confirm(t("shapes.delete_ask", { name: shape.name }))) fields.busy(() => send("DELETE", undefined, t("shapes.deleted")));
});
node("shape").addEventListener("change", () => {
  if (dirty && !confirm(t("settings.discard"))) node("shape").value = shapes.includes(shape) ? shapes.indexOf(shape) : shape.kind;
  else pick();
});
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "z" || event.target.closest("input")) return;
  event.preventDefault();
  outline.undo();
});
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
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
