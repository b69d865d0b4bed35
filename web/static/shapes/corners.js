// The corners of an outline as numbers in a table: for whom a picture is no help, and for exact work.

import { el } from "../dom.js";
import { t } from "../text.js";
import { percent } from "./canvas.js";

export class Corners {
  #body;
  #edited;
  #outline;

  // `edited()` is called before whatever changes the outline.
  constructor(body, edited) {
    this.#body = body;
    this.#edited = edited;
  }

  show(outline) {
    this.#outline = outline;
  }

  // What somebody is writing is left alone.
  draw() {
    const { corners } = this.#outline;
    while (this.#body.children.length > corners.length) this.#body.lastChild.remove();
    while (this.#body.children.length < corners.length) this.#body.append(this.#line(this.#body.children.length));
    corners.forEach((corner, i) => {
      this.#body.children[i].querySelectorAll("input").forEach((input, axis) => {
        if (document.activeElement !== input) input.value = percent(corner[axis]);
      });
    });
  }

  #line(i) {
    const remove = el("button", { type: "button", className: "quiet" }, "×");
    remove.setAttribute("aria-label", t("shapes.remove_of", { n: i + 1 }));
    remove.addEventListener("click", () => {
      this.#edited();
      this.#outline.remove(i);
    });
    const fields = ["x", "y"].map((name, axis) => el("td", {}, this.#field(i, name, axis)));
    return el("tr", {}, el("th", { scope: "row" }, `${i + 1}`), ...fields, el("td", {}, remove));
  }

  #field(i, name, axis) {
    const input = el("input", { type: "number", min: 0, max: 100, step: 0.1 });
    input.setAttribute("aria-label", t(`shapes.${name}_of`, { n: i + 1 }));
    input.addEventListener("change", () => {
      this.#edited();
      this.#outline.remember();
      const corner = [...this.#outline.corners[i]];
      corner[axis] = Number(input.value) / 100;
      this.#outline.move(i, ...corner);
    });
    return input;
  }
}
