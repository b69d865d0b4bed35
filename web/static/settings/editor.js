// A file as text, its lines numbered; mistakes are marked, and lead to where they are.

import { el } from "../dom.js";
import { t } from "../text.js";

const LINE_HEIGHT = 21;

export class Editor {
  #text;
  #gutter;
  #mistakes;
  #wrong = new Set();
  #saved = "";

  constructor(text, gutter, mistakes) {
    this.#text = text;
    this.#gutter = gutter;
    this.#mistakes = mistakes;
    text.addEventListener("input", () => this.#number());
    text.addEventListener("scroll", () => (gutter.scrollTop = text.scrollTop));
  }

  get value() {
    return this.#text.value;
  }

  get isChanged() {
    return this.#text.value !== this.#saved;
  }

  // What the file holds now.
  show(value) {
    this.#saved = this.#text.value = value;
    this.#text.scrollTop = 0;
  }

  // `file` is the name of this one: mistakes of other files have a place in them, none here.
  complain(problems, file) {
    const isOwn = ({ field, line }) => line && (field === `${line}` || field.startsWith(`${file}:`) || /^\d+:\d+$/.test(field));
    this.#wrong = new Set(problems.filter(isOwn).map(({ line }) => line));
    const items = problems.map((problem) => (isOwn(problem) ? this.#link(problem) : stated(problem)));
    this.#mistakes.replaceChildren(...items);
    this.#number();
  }

  #link({ line, column, message }) {
    const button = el("button", { type: "button" }, t("settings.mistake", { line, column, message }));
    button.addEventListener("click", () => this.#goTo(line, column));
    return el("li", {}, button);
  }

  #goTo(line, column) {
    const before = this.#text.value.split("\n").slice(0, line - 1);
    const start = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    this.#text.focus();
    this.#text.setSelectionRange(start, start + 1);
    this.#text.scrollTop = Math.max(0, (line - 5) * LINE_HEIGHT);
  }

  #number() {
    const numbers = this.#text.value.split("\n").map((_, i) => `${i + 1}`);
    const marked = numbers.map((one, i) => (this.#wrong.has(i + 1) ? el("b", {}, one) : one));
    this.#gutter.replaceChildren(...marked.flatMap((one) => [one, "\n"]));
    this.#gutter.scrollTop = this.#text.scrollTop;
  }
}

const stated = ({ field, message }) => el("li", { className: "error" }, `${field}: ${message}`);
