// The fields of a watch: filled from one, read into what the API takes.

import { el, words } from "./dom.js";
import { Windows } from "./windows.js";
import { ZonePicker } from "./zone-picker.js";

const LIMITS = ["alerts_per_hour", "looks_per_hour", "looks_per_day", "tokens_per_day"];
const MINUTE = 60;

export class WatchForm {
  constructor(form) {
    this.form = form;
    this.cameras = [];
    this.windows = new Windows(form);
    this.picker = new ZonePicker(form.querySelector("#zone-view"), (zone) => this.toggle(zone));
    form.camera?.addEventListener("change", () => this.offerChoices());
    form.addEventListener("change", () => this.settle());
    form.addEventListener("reset", () => setTimeout(() => this.cleared()));
    for (const zone of Intl.supportedValuesOf("timeZone")) form.querySelector("datalist").append(el("option", { value: zone }));
    this.settle();
  }

  offerCameras(cameras, chosen = this.form.camera?.value) {
    const before = JSON.stringify(this.cameras.map(facts));
    this.cameras = cameras;
    if (JSON.stringify(cameras.map(facts)) === before) return;
    if (this.form.camera) {
      this.form.camera.replaceChildren(...cameras.map((c) => el("option", { value: c.name }, c.friendly_name)));
      if (cameras.some((camera) => camera.name === chosen)) this.form.camera.value = chosen;
    } else this.fixed = chosen;
    this.offerChoices();
  }

  // Fills in a watch that runs.
  fill(job) {
    const { form } = this;
    form.condition.value = job.condition;
    this.choose("labels", job.labels);
    this.choose("zones", job.zones);
    this.offerDuration(job.duration);
    this.windows.fill(job.schedule);
    form.timezone.value = job.timezone;
    form.cooldown.value = job.cooldown / MINUTE;
    form.remind_every.value = job.remind_every === null ? "" : job.remind_every / MINUTE;
    form.k.value = job.confirm.k;
    form.n.value = job.confirm.n;
    for (const name of LIMITS) form[name].value = job.limits[name] ?? "";
    form.fast_alert.checked = job.fast_alert;
    form.language.value = job.language;
    form.moments.value = job.pictures.moments;
    form.draw.checked = job.pictures.draw;
    form.crop.checked = job.pictures.crop !== "off";
    this.standing = job.mode === "standing";
    this.settle();
  }

  // null is the usual.
  read() {
    const { form } = this;
    const number = (name, unit = 1) => (form[name].value === "" ? null : Number(form[name].value) * unit);
    const asked = {
      condition: form.condition.value,
      labels: this.chosen("labels"),
      zones: this.chosen("zones"),
      duration: number("duration"),
      schedule: this.windows.read(),
      timezone: form.timezone.value.trim() || null,
      cooldown: number("cooldown", MINUTE),
      remind_every: number("remind_every", MINUTE),
      confirm: form.k.value || form.n.value ? { k: number("k"), n: number("n") } : null,
      limits: Object.fromEntries(LIMITS.map((name) => [name, number(name)])),
      fast_alert: form.fast_alert.checked,
      language: form.language.value.trim() || null,
      pictures: { moments: number("moments"), draw: form.draw.checked, crop: form.crop.checked ? "auto" : "off" },
    };
    return form.camera ? { camera: form.camera.value, mode: form.mode.value, ...asked } : asked;
  }

  chosen(name) {
    return [...this.form.querySelectorAll(`#${name} input:checked`)].map((box) => box.value);
  }

  choose(name, values) {
    for (const box of this.form.querySelectorAll(`#${name} input`)) box.checked = values.includes(box.value);
  }

  toggle(zone) {
    const box = this.form.querySelector(`#zones input[value="${CSS.escape(zone)}"]`);
    box.checked = !box.checked;
    this.settle();
  }

  offerChoices() {
    const camera = this.cameras.find((one) => one.name === (this.form.camera?.value ?? this.fixed));
    if (!camera) return;
    offer(this.form.querySelector("#labels"), camera.labels.map((label) => [label, words(label)]));
    offer(this.form.querySelector("#zones"), camera.zones.map((zone) => [zone.name, zone.friendly_name]));
    this.form.querySelector("#zones").hidden = camera.zones.length === 0;
    this.picker.offer(camera);
    this.settle();
  }

  // A duration that is not among the usual ones is one more.
  offerDuration(seconds) {
    const value = seconds === null ? "" : String(seconds);
    const { duration } = this.form;
    if (![...duration.options].some((option) => option.value === value)) duration.append(el("option", { value }, `${Math.round(seconds / MINUTE)} min`));
    duration.value = value;
  }

  settle() {
    const { form } = this;
    const standing = form.mode ? form.mode.value === "standing" : this.standing;
    const endless = form.duration.querySelector("[data-standing]");
    endless.disabled = !standing;
    if (!standing && endless.selected) form.duration.value = "3600";
    form.remind_every.disabled = !standing;
    this.picker.mark(this.chosen("zones"));
  }

  cleared() {
    this.windows.fill([]);
    this.offerChoices();
    this.settle();
  }
}

const facts = ({ name, friendly_name, labels, zones, size }) => ({ name, friendly_name, labels, zones, size });

function offer(box, choices) {
  box.hidden = choices.length === 0;
  const chips = choices.map(([value, text]) => el("label", { className: "chip" }, el("input", { type: "checkbox", value }), ` ${text}`));
  box.querySelector(".chips").replaceChildren(...chips);
}
