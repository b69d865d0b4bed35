// A unified diff, each line in the colour of what it says.

import { el } from "../dom.js";

const KINDS = { "+": "came", "-": "went", "@": "where" };

export function showDiff(box, diff) {
  box.replaceChildren(...diff.split("\n").map((line) => el("span", { className: KINDS[line[0]] ?? "" }, line)));
  box.hidden = !diff;
}
