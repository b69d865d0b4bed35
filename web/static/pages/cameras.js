import { keep } from "../refresh.js";
import { updateCameras } from "../tiles.js";

keep(1000, () => updateCameras());
