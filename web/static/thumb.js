// Pictures that grow.

import { el } from "./dom.js";

// Grows when it is chosen; `caption` stands below it then.
export function thumb(src, text, caption) {
  const button = el("button", { type: "button", name: src, className: "thumb" }, el("img", { src, alt: text, loading: "lazy" }));
  button.addEventListener("click", () => {
    const viewer = document.getElementById("viewer");
    Object.assign(viewer.querySelector("img"), { src, alt: text });
    viewer.querySelector("p").replaceChildren(...caption);
    viewer.showModal();
  });
  return button;
}
