// The page of `graphviz-nn play`.
import { Served } from "./engine.js";
import { start } from "./main.js";

start(new Served());
