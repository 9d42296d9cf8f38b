// The page: each of its parts hears what it shows from one playground, whose numbers come from an engine.
import { check } from "./check.js";
import { controls } from "./controls.js";
import { datasets } from "./datasets.js";
import { edit } from "./edit.js";
import { found, write } from "./elements.js";
import { Example } from "./example.js";
import { exporting } from "./exports.js";
import { features } from "./features.js";
import { folding } from "./folds.js";
import { gallery } from "./gallery.js";
import { keyboard } from "./keyboard.js";
import { messages } from "./messages.js";
import { Network } from "./network.js";
import { output } from "./output.js";
import { Plane } from "./plane.js";
import { Playground } from "./playground.js";
import { sharing } from "./share.js";
import { Sweep } from "./sweep.js";
import { theming } from "./theme.js";

const PARTS = [folding, messages, theming, datasets, controls, features, edit, output, check, exporting, sharing, keyboard];
const PANELS = [Network, Plane, Example, Sweep];

const transport = playground => {
  const acts = { play: () => playground.play(), step: () => playground.still("step", { count: 1 }), back: () => playground.still("back", { count: 1 }), reset: () => playground.still("reset") };
  for (const [id, act] of Object.entries(acts)) found(id).addEventListener("click", act);
  playground.on("playing", playing => {
    document.body.classList.toggle("playing", playing);
    found("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  });
  playground.on("frame", ({ step }) => { for (const id of ["back", "reset"]) found(id).setAttribute("aria-disabled", step === 0); });
};

const naming = playground => playground.on("model", ({ name, kind }) => {
  document.body.classList.remove("opening");
  write(found("name"), kind === "own" && name ? name : "Playground");
  document.title = `${found("name").textContent} · graphviz_nn`;
});

export const start = engine => {
  const playground = new Playground(engine);
  for (const part of [...PARTS, transport, naming]) part(playground);
  for (const Panel of PANELS) new Panel(playground);
  gallery(playground);
  return playground.open();
};
