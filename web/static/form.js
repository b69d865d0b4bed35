// Sending a form to the API, and putting what is wrong beside the fields that it is about.

import { Problem } from "./api.js";
import { el } from "./dom.js";
import { t } from "./text.js";

// `send(values)` gets the form's fields by name; the form is emptied when it succeeds.
export function onSubmit(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type="submit"]');
    button.disabled = true;
    clear(form);
    try {
      await send(Object.fromEntries(new FormData(form)));
      form.reset();
      const done = form.querySelector("[data-done]");
      if (done) done.textContent = done.dataset.done;
    } catch (error) {
      complain(form, error);
    } finally {
      button.disabled = false;
    }
  });
}

// The cameras to choose from, as chips; all of `chosen` are on.
export function offerCameras(form, cameras, chosen = []) {
  const box = form.querySelector("[data-cameras]");
  box.hidden = cameras.length === 0;
  const chips = cameras.map(({ name, friendly_name }) => {
    const on = chosen.includes(name);
    const input = el("input", { type: "checkbox", value: name, defaultChecked: on, checked: on });
    return el("label", { className: "chip" }, input, ` ${friendly_name}`);
  });
  box.querySelector(".chips").replaceChildren(...chips);
}

// Names of the chosen cameras; null where none is, for all of them.
export function chosenCameras(form) {
  const names = [...form.querySelectorAll("[data-cameras] input:checked")].map((input) => input.value);
  return names.length > 0 ? names : null;
}

export function clear(form) {
  for (const line of form.querySelectorAll("[data-error], [data-done]")) line.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

export function complain(form, error) {
  if (!(error instanceof Problem)) {
    form.querySelector('[data-error=""]').textContent = t("frame.unreachable");
    return;
  }
  const unplaced = error.errors.filter(({ field, message }) => !place(form, field, message));
  const rest = error.errors.length ? unplaced.map(({ field, message }) => `${field}: ${message}`) : [error.message];
  form.querySelector('[data-error=""]').textContent = rest.join("; ");
  form.querySelector("[aria-invalid]")?.focus();
}

function place(form, field, message) {
  const name = field.split(/[.[]/)[0];
  const line = name && form.querySelector(`[data-error="${CSS.escape(name)}"]`);
  if (!line) return false;
  line.textContent = message;
  form.elements[name]?.setAttribute("aria-invalid", "true");
  return true;
}
