// What comes out: losses and accuracies in numbers and curves, and what data that aren't a plane have instead.
import { rowsOf } from "./arrays.js";
import { curvesIn } from "./curves.js";
import { draw, found, make, write } from "./elements.js";
import { percent, short, steady, symbol, whole } from "./numbers.js";

const figures = () => {
  const cells = Object.fromEntries(["loss", "test_loss", "accuracy", "test_accuracy"].map(name => [name, make("td")]));
  const row = (word, line, names) => make("tr", {}, make("th", { scope: "row" }, make("span", { class: `line ${line}` }), ` ${word}`), ...names.map(name => cells[name]));
  const table = make("table", { class: "figures" },
    make("thead", {}, make("tr", {}, make("td"), make("th", { scope: "col" }, "Loss"), make("th", { scope: "col" }, "Accuracy"))),
    make("tbody", {}, row("Training", "solid", ["loss", "accuracy"]), row("Test", "dashed", ["test_loss", "test_accuracy"])));
  return { cells, table };
};

const confusionTable = (counts, classes, of) => {
  const rows = rowsOf(counts), most = Math.max(...rows.flatMap(row => [...row]), 1);
  const cell = (count, right) => make("td", { class: `${right ? "right" : "wrong"} shade${Math.ceil((4 * count) / most)}` }, String(count));
  return make("table", { class: "confusion" },
    make("caption", {}, `${of}: true in rows, predicted in columns`),
    make("thead", {}, make("tr", {}, make("td"), ...classes.map(each => make("th", { scope: "col", title: String(each) }, String(each))))),
    make("tbody", {}, ...rows.map((row, at) => make("tr", {}, make("th", { scope: "row", title: String(classes[at]) }, String(classes[at])), ...[...row].map((count, to) => cell(count, at === to))))));
};

// Norms of gradients as bars on a scale of powers of ten, from 10⁻⁶ to 10².
const bar = norm => {
  const share = Math.max(0, Math.min(1, (Math.log10(norm || 1e-9) + 6) / 8));
  return draw("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "track", width: 100, height: 8 }), draw("rect", { class: "full", width: 100 * share, height: 8 }));
};

export const output = playground => {
  const { cells, table } = figures(), course = found("course"), confusion = found("confusion"), norms = found("norms");
  course.append(table);
  const paper = curvesIn(course, playground);
  let told = 0;
  const slow = ({ confusion: counts, norms: sizes }) => {
    const { classes } = playground.model;
    confusion.replaceChildren(...(counts && classes.length ? [confusionTable(counts, classes, playground.model.data.test ? "Test data" : "Training data")] : []));
    const shown = sizes && !playground.model.plane ? Object.entries(sizes) : [];
    norms.replaceChildren(...(shown.length ? [make("h3", {}, "Norms of the gradients"), make("table", {}, ...shown.map(([name, norm]) =>
      make("tr", {}, make("th", { scope: "row", class: "math" }, symbol(name)), make("td", {}, bar(norm)), make("td", {}, short(norm)))))] : []));
  };
  playground.on("frame", frame => {
    write(found("steps"), whole(frame.step));
    write(found("epochs"), frame.epoch % 1 && frame.epoch < 1000 ? frame.epoch.toFixed(1) : whole(frame.epoch));
    write(cells.loss, steady(frame.loss));
    write(cells.test_loss, steady(frame.test_loss));
    write(cells.accuracy, percent(frame.accuracy));
    write(cells.test_accuracy, percent(frame.test_accuracy));
    table.classList.toggle("numbers", frame.accuracy === undefined || frame.accuracy === null);
    // Tables are read, not watched.
    const now = performance.now();
    if (now - told > 250 || !playground.playing) { told = now; slow(frame); }
    if (!playground.playing) paper.element.setAttribute("aria-label", said(frame));
  });
  playground.on("playing", playing => { if (!playing && playground.frame) paper.element.setAttribute("aria-label", said(playground.frame)); });
};

const said = ({ step, loss, test_loss: test }) =>
  `Curves of the losses up to step ${step}: training ${steady(loss)}${test === null || test === undefined ? "" : `, test ${steady(test)}`}`;
