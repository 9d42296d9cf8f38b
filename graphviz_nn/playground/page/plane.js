// The plane of inputs: what the network says everywhere, with the data on it.
import { canvas, ticks } from "./canvas.js";
import { contour, outlines } from "./contour.js";
import { found, make, write } from "./elements.js";
import { flat, rowsOf } from "./arrays.js";
import { mark, ring } from "./marks.js";
import { colours, css, mixed, shadesBetween, shadesOf } from "./palette.js";
import { placeOf, short, symbol } from "./numbers.js";

const NEAR = 14, STRENGTH = 0.6;

const sentence = text => `${text[0].toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;

export class Plane {
  constructor(playground) {
    this.playground = playground;
    this.host = found("plane");
    this.shade = make("canvas");
    this.why = make("p", { class: "why", hidden: true });
    this.paper = canvas(this.host, "The plane of inputs", (...all) => this.paint(...all));
    this.key = make("div", { class: "key" });
    this.switches = ["show_test", "discretise"].map(name => this.box(name));
    this.host.append(this.why, this.key, make("div", { class: "row" }, ...this.switches.map(({ label }) => label)));
    this.paper.element.addEventListener("click", event => this.pick(event));
    playground.on("model", () => this.model());
    playground.on("state", () => this.paper.again());
    playground.on("frame", () => this.paper.again());
    playground.on("seen", unit => this.see(unit));
    playground.on("theme", () => { this.legend(); this.paper.again(); });
    playground.on("state", state => { for (const { name, box } of this.switches) box.checked = Boolean(state[name]); });
  }

  box(name) {
    const words = { show_test: "Show test data", discretise: "Discretise" }[name];
    const box = make("input", { type: "checkbox", name, onchange: () => this.playground.set(name, box.checked) });
    return { name, box, label: make("label", { class: "box" }, box, make("span", {}, words)) };
  }

  // A unit whose response is shown in place of the prediction.
  see(unit) {
    if (unit === this.unit) return;
    this.unit = unit;
    write(found("output-title"), unit && this.responseOf(unit) ? `Response of ${symbol(unit.variable)}${placeOf(unit.index)}` : "Output");
    this.paper.again();
  }

  responseOf({ variable, index }) {
    const responses = this.playground.frame?.units?.[variable];
    if (!responses) return null;
    const [, rows, columns] = responses.shape, from = index[0] * rows * columns;
    return { data: responses.data.subarray(from, from + rows * columns), shape: [rows, columns] };
  }

  model() {
    const { plane, data, why_not: why } = this.playground.model;
    for (const element of [this.paper.element, this.key, ...this.switches.map(({ label }) => label)]) element.hidden = !plane;
    this.why.hidden = Boolean(plane);
    write(this.why, plane ? "" : sentence(why.plane ?? "this model's inputs aren't points of a plane"));
    this.shows = plane?.shows;
    this.isNumber = this.shows === "numbers";
    this.ends = plane?.range;
    const parts = plane ? Object.entries(data).map(([of, each]) => [of, { rows: rowsOf(each.inputs), targets: flat(each.targets) }]) : [];
    this.points = Object.fromEntries(parts);
    this.legend();
  }

  legend() {
    if (!this.playground.model?.plane) return;
    const { classes } = this.playground.model;
    this.key.replaceChildren(...(this.isNumber
      ? [make("span", {}, short(this.ends[0])), make("span", { class: "ramp" }), make("span", {}, short(this.ends[1]))]
      : classes.map((name, at) => make("span", {}, make("i", { class: `mark kind${at % 6}` }), /^\d+$/.test(String(name)) ? ` class ${name}` : ` ${name}`))),
      make("span", {}, make("i", { class: "mark hollow" }), " test"));
  }

  // Where the plane lies on the canvas.
  inner(width, height, size) {
    const left = size * 2, bottom = size * 1.9, side = Math.min(width - left - 1, height - bottom - 1);
    return { left, top: 1, side };
  }

  place(row, { left, top, side }) {
    const { low, high } = this.playground.model.plane;
    return [left + ((row[0] - low[0]) / (high[0] - low[0])) * side, top + side - ((row[1] - low[1]) / (high[1] - low[1])) * side];
  }

  paint(pen, width, height, size) {
    const { model, frame } = this.playground;
    if (!model?.plane) return;
    const inner = this.inner(width, height, size), palette = colours();
    if (frame?.plane && frame.revision === model.revision) this.shadePlane(pen, frame.plane, inner, palette);
    this.drawAxes(pen, inner, size, palette);
    pen.save();
    pen.beginPath();
    pen.rect(inner.left, inner.top, inner.side, inner.side);
    pen.clip();
    const radius = Math.max(2.4, inner.side / 105);
    if (this.playground.state.show_test) this.drawPoints(pen, "test", inner, radius, palette);
    this.drawPoints(pen, "train", inner, radius, palette);
    const [of, index] = this.playground.state.example ?? [], row = this.points[of]?.rows[index];
    if (row) ring(pen, ...this.place(row, inner), radius * 2.3, palette);
    pen.restore();
  }

  shadePlane(pen, prediction, { left, top, side }, palette) {
    const response = this.unit && this.responseOf(this.unit), plane = response ?? prediction;
    const [rows, columns] = plane.shape, { discretise } = this.playground.state;
    const table = response ? shadesBetween(palette.orange, palette.blue, palette.middle, STRENGTH) : this.tableOf(palette, discretise), image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer), shades = new Uint32Array(table.buffer);
    plane.data.forEach((shade, at) => { pixels[at] = shades[shade]; });
    if (this.shade.width !== columns || this.shade.height !== rows) Object.assign(this.shade, { width: columns, height: rows });
    this.shade.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = Boolean(response) || (!discretise && this.shows !== "classes");
    pen.drawImage(this.shade, left, top, side, side);
    if (this.isNumber || response) return;
    // The boundary is a line too, for eyes and printers without colours.
    pen.beginPath();
    for (const [x, y, toX, toY] of this.shows === "classes" ? outlines(plane, this.playground.model.classes.length) : contour(plane)) {
      pen.moveTo(left + ((x + 0.5) / columns) * side, top + ((y + 0.5) / rows) * side);
      pen.lineTo(left + ((toX + 0.5) / columns) * side, top + ((toY + 0.5) / rows) * side);
    }
    pen.strokeStyle = css(palette.ink);
    pen.lineWidth = 1.4;
    pen.stroke();
  }

  tableOf({ blue, orange, middle, classes }, discretise) {
    if (this.shows === "classes") return shadesOf(classes, middle, STRENGTH);
    const [first, last] = this.isNumber ? [orange, blue] : [blue, orange];
    if (!discretise) return shadesBetween(first, last, middle, STRENGTH);
    const sides = [mixed(middle, first, STRENGTH * STRENGTH), mixed(middle, last, STRENGTH * STRENGTH)], table = new Uint8ClampedArray(1024);
    for (let at = 0; at < 256; at++) table.set([...sides[+(at >= 128)], 255], 4 * at);
    return table;
  }

  drawAxes(pen, { left, top, side }, size, { quiet, edge }) {
    const { low, high } = this.playground.model.plane;
    pen.strokeStyle = css(edge);
    pen.lineWidth = 1;
    pen.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
    pen.fillStyle = css(quiet);
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const tick of ticks(low[0], high[0], 6)) pen.fillText(short(tick), left + ((tick - low[0]) / (high[0] - low[0])) * side, top + side + size * 0.4);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const tick of ticks(low[1], high[1], 6)) pen.fillText(short(tick), left - size * 0.4, Math.max(size / 2, top + side - ((tick - low[1]) / (high[1] - low[1])) * side));
  }

  drawPoints(pen, of, inner, radius, palette) {
    const { rows, targets } = this.points[of] ?? { rows: [] };
    rows.forEach((row, at) => {
      const [colour, rim] = this.paintOf(targets[at], palette);
      mark(pen, ...this.place(row, inner), radius, this.isNumber ? 0 : targets[at], colour, rim, of === "test", palette);
    });
  }

  // The colour of a point and of its rim.
  paintOf(target, { blue, orange, middle, card, quiet, classes }) {
    if (!this.isNumber) return [classes[target % classes.length], card];
    const [low, high] = this.ends, share = (2 * (target - low)) / (high - low) - 1;
    return [mixed(middle, share < 0 ? orange : blue, Math.min(1, Math.abs(share))), quiet];
  }

  // The point under the pointer becomes the example; elsewhere, the input at that place.
  pick(event) {
    const { element } = this.paper, { state, model } = this.playground;
    if (!model?.plane) return;
    const size = parseFloat(getComputedStyle(element).fontSize), inner = this.inner(element.clientWidth, element.clientHeight, size);
    const box = element.getBoundingClientRect(), [x, y] = [event.clientX - box.x, event.clientY - box.y];
    let best = null, least = NEAR;
    for (const of of state.show_test ? ["train", "test"] : ["train"]) {
      this.points[of]?.rows.forEach((row, index) => {
        const [atX, atY] = this.place(row, inner), distance = Math.hypot(atX - x, atY - y);
        if (distance < least) [best, least] = [{ of, index }, distance];
      });
    }
    if (best) this.playground.tell("pick", best);
  }
}
