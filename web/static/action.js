// Buttons that do something to a job or an alert.

import { el, notice } from "./dom.js";

// Does it only after a yes.
export const asked = (question, act) => async () => confirm(question) && act();

// Does it once, says what went wrong, and calls `changed`; `subject.condition` tells it from its like.
export function action(name, subject, act, changed) {
  const button = el("button", { type: "button", name, className: "quiet" }, name);
  button.setAttribute("aria-label", `${name}: ${subject.condition}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      notice(error.message);
    }
    button.disabled = false;
    changed();
  });
  return button;
}
