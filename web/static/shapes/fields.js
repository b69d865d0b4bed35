// What a zone or mask is beside its outline: a name, and for zones what counts in it.

import { el } from "../dom.js";

export class Fields {
  #form;
  #labels;

  constructor(form, labels) {
    this.#form = form;
    this.#labels = labels;
  }

  get name() {
    return this.#form.elements.name.value.trim();
  }

  // `labels` are those that the camera tracks; a shape that `isNew` may be named.
  show(shape, labels, isNew) {
    const { name, friendly_name, enabled, inertia, loitering_time } = this.#form.elements;
    name.value = shape.name;
    name.readOnly = !isNew;
    friendly_name.value = shape.friendly_name ?? "";
    enabled.checked = shape.enabled;
    inertia.value = shape.inertia;
    loitering_time.value = shape.loitering_time;
    this.#form.querySelector("[data-zone]").hidden = shape.kind !== "zone";
    const known = [...new Set([...labels, ...shape.objects])];
    this.#labels.replaceChildren(...known.map((label) => chip(label, shape.objects.includes(label))));
    this.complain([]);
  }

  // What the API takes of a shape of this kind, but for its corners.
  values(kind) {
    const { friendly_name, enabled, inertia, loitering_time } = this.#form.elements;
    const mask = { friendly_name: friendly_name.value.trim() || null, enabled: enabled.checked };
    if (kind !== "zone") return mask;
    const objects = [...this.#labels.querySelectorAll("input:checked")].map(({ value }) => value);
    return { ...mask, objects, inertia: Number(inertia.value), loitering_time: Number(loitering_time.value) };
  }

  // Puts each error beside its field; what has none, or `message`, stands below all.
  complain(errors, message = "") {
    for (const place of this.#form.querySelectorAll("[data-error]")) place.textContent = "";
    const rest = errors.filter((error) => !this.#place(error)).map(({ field, message: text }) => `${field}: ${text}`);
    this.#form.querySelector('[data-error=""]').textContent = errors.length ? rest.join("; ") : message;
  }

  // Nothing can be sent twice meanwhile.
  async busy(work) {
    const buttons = [...this.#form.querySelectorAll(".actions button")];
    for (const button of buttons) button.disabled = true;
    try {
      await work();
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  #place({ field, message }) {
    const place = this.#form.querySelector(`[data-error="${CSS.escape(field.split(".")[0])}"]`);
    if (place) place.textContent = message;
    return place;
  }
}

function chip(label, checked) {
  const input = el("input", { type: "checkbox", name: "objects", value: label, checked });
  return el("label", { className: "chip" }, input, ` ${label}`);
}
