// Zones over the camera's picture: a click chooses one. The chips below do the same for keyboards and ears.

import { el } from "./dom.js";
import { area, overlay } from "./overlay.js";
import { draw } from "./picture-stream.js";
import { t } from "./text.js";

export class ZonePicker {
  // `toggle(zone)` is called with the name of the zone that was clicked.
  constructor(view, toggle) {
    this.view = view;
    this.toggle = toggle;
    this.layer = overlay();
    this.picture = el("canvas", { role: "img" });
    view.replaceChildren(this.picture, this.layer);
  }

  async offer(camera) {
    const { size } = camera;
    this.name = camera.name;
    this.view.hidden = !size;
    if (!size) return;
    this.view.style.setProperty("--ratio", size.width / size.height);
    this.layer.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.layer.replaceChildren(...camera.zones.map((zone) => this.clickable(zone, size)));
    this.picture.setAttribute("aria-label", t("cameras.picture", { camera: camera.friendly_name }));
    await this.refresh();
  }

  async refresh() {
    const name = this.name;
    if (!name || this.view.hidden) return;
    const reply = await fetch(`api/${encodeURIComponent(name)}/latest.jpg?height=480`);
    if (reply.ok && name === this.name) await draw(await reply.blob(), this.picture);
  }

  clickable(zone, size) {
    const node = area(zone, size);
    node.dataset.zone = zone.name;
    node.addEventListener("click", () => this.toggle(zone.name));
    return node;
  }

  mark(chosen) {
    for (const node of this.layer.children) node.classList.toggle("chosen", chosen.includes(node.dataset.zone));
  }
}
