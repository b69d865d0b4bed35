// The form that starts a watch job.

import { Problem, call } from "./api.js";
import { el } from "./dom.js";

const form = document.getElementById("start");
let cameras = [];

export function offerCameras(items) {
  const before = JSON.stringify(cameras);
  cameras = items.map(({ name, friendly_name, labels, zones }) => ({ name, friendly_name, labels, zones }));
  if (JSON.stringify(cameras) === before) return;
  const chosen = form.camera.value;
  form.camera.replaceChildren(...cameras.map((c) => el("option", { value: c.name }, c.friendly_name)));
  if (cameras.some((camera) => camera.name === chosen)) form.camera.value = chosen;
  offerChoices();
}

function offerChoices() {
  const camera = cameras.find((one) => one.name === form.camera.value);
  offer("labels", camera ? camera.labels.map((label) => [label, label]) : []);
  offer("zones", camera ? camera.zones.map((zone) => [zone.name, zone.friendly_name]) : []);
}

function offer(name, choices) {
  const box = document.getElementById(name);
  box.hidden = choices.length === 0;
  const chips = choices.map(([value, text]) =>
    el("label", { className: "chip" }, el("input", { type: "checkbox", name, value }), ` ${text}`),
  );
  box.querySelector(".chips").replaceChildren(...chips);
}

function offerDurations() {
  const endless = form.duration.querySelector("[data-standing]");
  endless.disabled = form.mode.value !== "standing";
  if (endless.disabled && endless.selected) form.duration.value = "3600";
}

function asked() {
  const checked = (name) => [...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
  return {
    camera: form.camera.value,
    condition: form.condition.value,
    labels: checked("labels"),
    zones: checked("zones"),
    mode: form.mode.value,
    duration: form.duration.value ? Number(form.duration.value) : null,
  };
}

function complain(error) {
  for (const line of form.querySelectorAll("[data-error]")) line.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  if (error === null) return;
  const errors = error instanceof Problem ? error.errors : [];
  const unplaced = errors.filter(({ field, message }) => !place(field, message));
  const rest = errors.length ? unplaced.map(({ field, message }) => `${field}: ${message}`).join("; ") : error.message;
  form.querySelector('[data-error=""]').textContent = rest;
  form.querySelector("[aria-invalid]")?.focus();
}

function place(field, message) {
  const line = form.querySelector(`[data-error="${CSS.escape(field)}"]`);
  if (!line) return false;
  line.textContent = message;
  const input = form.elements[field];
  if (input instanceof Element) input.setAttribute("aria-invalid", "true");
  return true;
}

export function onStart(started) {
  form.camera.addEventListener("change", offerChoices);
  form.addEventListener("change", offerDurations);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await call("POST", "jobs", asked());
      complain(null);
      form.condition.value = "";
      started();
    } catch (error) {
      complain(error);
    } finally {
      button.disabled = false;
    }
  });
}
