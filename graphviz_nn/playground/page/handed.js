// The page that is handed out: its own script has that of its worker, its data are beside it.
import { Local } from "./local.js";
import { found } from "./elements.js";
import { start } from "./main.js";

export const hand = script => start(new Local(script, JSON.parse(found("told").textContent)));
