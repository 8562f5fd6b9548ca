/* The desk's scripts. Every page works without them; with them it is live. */

import "./sheets.js";
import "./ready-texts.js";
import "./etiquette.js";
import "./reasons.js";
import "./services.js";
import "./keys.js";
import "./sign-out.js";
import "./desk-lists.js";
import "./desk-thread.js";
import { showScriptOnly } from "./panels.js";

showScriptOnly();
