import { get } from "../api.js";
import { list } from "../health.js";
import { keep } from "../refresh.js";

keep(5000, async () => list(document.getElementById("parts"), (await get("health")).parts));
