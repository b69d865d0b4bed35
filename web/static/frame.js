// What every page has around it.

import { updateHealth } from "./health.js";
import "./install.js";
import { keep } from "./refresh.js";

// The page first: what it waits for is what it is busy with.
const { page } = document.getElementById("main").dataset;
import(`./pages/${page}.js`).finally(() => keep(5000, updateHealth));
