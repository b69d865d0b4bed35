// An outline over the camera's picture: corners are set and moved with pointer, fingers or keys.

import { svg } from "../dom.js";
import { t } from "../text.js";

const STEP = 0.005;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const percent = (value) => Math.round(value * 1000) / 10;

const cornerOf = (target) => Number(target?.closest?.(".corner")?.dataset.i ?? -1);

export class Canvas {
  #drawing;
  #edited;
  #size = [16, 9];
  #grabbed = -1;
  #outline = null;
  #kind;
  #others = [];

  // `edited()` is called before whatever changes the outline.
  constructor(drawing, edited) {
    this.#drawing = drawing;
    this.#edited = edited;
    drawing.addEventListener("pointerdown", (event) => this.#grab(event));
    drawing.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) drawing.addEventListener(end, () => this.#release());
    drawing.addEventListener("keydown", (event) => this.#press(event));
  }

  // Of the picture below, in pixels.
  resize(width, height) {
    this.#size = [width, height];
    this.draw();
  }

  // Edits this outline; `others` are shapes that are only shown.
  show(outline, kind, others) {
    this.#outline = outline;
    this.#kind = kind;
    this.#others = others;
  }

  draw() {
    if (!this.#outline) return;
    const focused = cornerOf(document.activeElement);
    const others = this.#others.map(({ corners, kind }) => this.#polygon(corners, `${kind} other`));
    const handles = this.#outline.corners.map((corner, i) => this.#handle(corner, i));
    this.#drawing.setAttribute("viewBox", `0 0 ${this.#size.join(" ")}`);
    this.#drawing.replaceChildren(...others, this.#polygon(this.#outline.corners, this.#kind), ...handles);
    if (focused >= 0) this.#focus(Math.min(focused, handles.length - 1));
  }

  #polygon(corners, name) {
    const [width, height] = this.#size;
    return svg("polygon", { points: corners.map(([x, y]) => `${x * width},${y * height}`).join(" "), class: name });
  }

  #handle([x, y], i) {
    const [width, height] = this.#size;
    const place = { cx: x * width, cy: y * height };
    const label = t("shapes.corner_at", { n: i + 1, x: percent(x), y: percent(y) });
    const chosen = i === this.#grabbed ? { "data-chosen": "" } : {};
    return svg(
      "g",
      { class: "corner", "data-i": i, tabindex: 0, role: "button", "aria-label": label, ...chosen },
      svg("circle", { ...place, r: width * 0.028, class: "area" }),
      svg("circle", { ...place, r: width * 0.009, class: "dot" }),
    );
  }

  #focus(i) {
    this.#drawing.querySelector(`[data-i="${i}"]`)?.focus();
  }

  #position(event) {
    const box = this.#drawing.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #grab(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#edited();
    const corner = cornerOf(event.target);
    if (corner >= 0) this.#outline.remember();
    this.#grabbed = corner >= 0 ? corner : this.#outline.add(...this.#position(event));
    this.#drawing.setPointerCapture(event.pointerId);
    this.draw();
    this.#focus(this.#grabbed);
  }

  #drag(event) {
    const held = this.#drawing.hasPointerCapture(event.pointerId) && this.#grabbed >= 0;
    if (held) this.#outline.move(this.#grabbed, ...this.#position(event));
  }

  #release() {
    this.#grabbed = -1;
    this.draw();
  }

  #press(event) {
    const i = cornerOf(event.target);
    const act = i >= 0 && this.#action(event);
    if (!act) return;
    event.preventDefault();
    this.#edited();
    act(i);
  }

  #action({ key, shiftKey }) {
    if (key in ARROWS) return (i) => this.#nudge(i, ARROWS[key], shiftKey ? 10 * STEP : STEP);
    if (key === "Delete" || key === "Backspace") return (i) => this.#outline.remove(i);
    if (key === "Enter" || key === "+") return (i) => this.#focus(this.#outline.addAfter(i));
    return null;
  }

  #nudge(i, [across, down], step) {
    const [x, y] = this.#outline.corners[i];
    this.#outline.remember();
    this.#outline.move(i, x + across * step, y + down * step);
  }
}
