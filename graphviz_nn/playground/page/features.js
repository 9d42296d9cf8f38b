// What the network sees of a point: each feature as a box with its own small heat map.
import { found, make } from "./elements.js";
import { symbol } from "./numbers.js";
import { colours, shadesBetween } from "./palette.js";

const GRID = 24, EDGE = 6;
const FORMULAS = {
  "x1": x => x, "x2": (_, y) => y, "x1^2": x => x * x, "x2^2": (_, y) => y * y, "x1 x2": (x, y) => x * y,
  "sin x1": x => Math.sin(x), "sin x2": (_, y) => Math.sin(y),
};

const heatmap = (element, formula) => {
  const { orange, blue, middle } = colours(), table = shadesBetween(orange, blue, middle, 0.85), image = new ImageData(GRID, GRID);
  const along = at => ((at + 0.5) / GRID) * 2 * EDGE - EDGE, values = [];
  for (let row = 0; row < GRID; row++) for (let column = 0; column < GRID; column++) values.push(formula(along(column), -along(row)));
  const most = Math.max(...values.map(Math.abs));
  values.forEach((value, at) => { const shade = 4 * Math.round(127.5 + (127.5 * value) / most); image.data.set(table.subarray(shade, shade + 4), 4 * at); });
  element.getContext("2d").putImageData(image, 0, 0);
};

export const features = playground => {
  const boxes = new Map(), maps = [], place = found("features").querySelector(".fields");
  const change = () => playground.set("features", [...boxes].filter(([, box]) => box.checked).map(([name]) => name));
  const paint = () => { for (const [element, formula] of maps) heatmap(element, formula); };
  const add = name => {
    const box = make("input", { type: "checkbox", name: "features", value: name, onchange: change });
    const shade = make("canvas", { width: GRID, height: GRID, "aria-hidden": "true" });
    boxes.set(name, box);
    if (FORMULAS[name]) maps.push([shade, FORMULAS[name]]);
    place.append(make("label", { class: "box feature" }, box, shade, make("span", { class: "math" }, symbol(name))));
  };
  playground.on("theme", paint);
  playground.on("state", ({ features: chosen }) => {
    const { words } = playground.choices.features ?? {};
    // Of data that aren't a plane, each column is a feature.
    found("features").hidden = !chosen || !words || !playground.model?.plane;
    if (!chosen || !words) return;
    if (!boxes.size) {
      words.forEach(add);
      paint();
    }
    for (const [name, box] of boxes) box.checked = chosen.includes(name);
  });
};
