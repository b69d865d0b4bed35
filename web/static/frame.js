// What every page has around it.

import { updateHealth } from "./health.js";
import "./install.js";
import { keep, settle } from "./refresh.js";

const { page } = document.getElementById("main").dataset;
keep(5000, updateHealth, false);
import(`./pages/${page}.js`).finally(settle);
