// Pictures that grow.

import { el } from "./dom.js";

// Grows when it is chosen, into the `large` picture of the same if there is one; `caption` stands below it then.
export function thumb(src, text, caption, large = src) {
  const button = el("button", { type: "button", name: src, className: "thumb" }, el("img", { src, alt: text, loading: "lazy" }));
  button.addEventListener("click", () => {
    const viewer = document.getElementById("viewer");
    const picture = viewer.querySelector("img");
    Object.assign(picture, { src, alt: text });
    if (large !== src) picture.src = large; // the small one is shown until it is there
    viewer.querySelector("p").replaceChildren(...caption);
    viewer.showModal();
  });
  return button;
}
