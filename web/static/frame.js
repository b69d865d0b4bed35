// What every page has around it.

import { updateHealth } from "./health.js";
import "./install.js";
import { keep } from "./refresh.js";

keep(5000, updateHealth);
