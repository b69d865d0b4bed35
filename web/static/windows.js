// The weekly hours in which a watch looks: rows of days with from and to.

import { t } from "./text.js";

const MIDNIGHT = "00:00";
const DAY_ENDS = "24:00";

export class Windows {
  constructor(form) {
    this.box = form.querySelector("#windows");
    this.template = form.querySelector("#window");
    this.words = form.querySelector("#schedule-words");
    form.querySelector("#add-window").addEventListener("click", () => this.add().querySelector("input").focus());
    form.addEventListener("change", () => this.tell());
    this.tell();
  }

  add({ days, from, to } = {}) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    if (days) for (const box of row.querySelectorAll("[data-day]")) box.checked = days.includes(box.value);
    if (from) row.querySelector("[data-from]").value = from;
    if (to) row.querySelector("[data-to]").value = to === DAY_ENDS ? MIDNIGHT : to;
    row.querySelector("[data-remove]").addEventListener("click", () => {
      row.remove();
      this.tell();
    });
    this.box.append(row);
    this.tell();
    return row;
  }

  fill(windows) {
    this.box.replaceChildren();
    for (const one of windows) this.add(one);
    this.tell();
  }

  read() {
    return [...this.box.children].map((row) => {
      const to = row.querySelector("[data-to]").value;
      return {
        days: [...row.querySelectorAll("[data-day]:checked")].map((box) => box.value),
        from: row.querySelector("[data-from]").value,
        to: to === MIDNIGHT ? DAY_ENDS : to,
      };
    });
  }

  tell() {
    const first = this.read()[0];
    this.words.textContent = first ? `${first.from} – ${first.to}` : t("watch.always");
  }
}
