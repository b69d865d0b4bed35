import { keep } from "../refresh.js";
import { t } from "../text.js";
import { updateCameras } from "../tiles.js";

const name = document.getElementById("main").dataset.subject;
const title = document.getElementById("camera-title");

keep(1000, async () => {
  const [camera] = await updateCameras(name);
  title.textContent = camera ? camera.friendly_name : t("camera.unknown", { name });
});
