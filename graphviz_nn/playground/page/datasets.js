// The data sets, each as a thumbnail of its points.
import { button, draw, found, make } from "./elements.js";
import { colourOf } from "./palette.js";
import { rowsOf, flat } from "./arrays.js";

const SIDE = 60, OWN = "own";

const extent = (rows, column) => {
  const values = rows.map(row => row[column]), low = Math.min(...values), high = Math.max(...values);
  return [low, high - low || 1];
};

const dot = (x, y, target, isNumber, least, most) => {
  const shade = isNumber ? 1 - (target - least) / (most - least || 1) : target;
  const fill = colourOf(shade);
  return isNumber || target === 0
    ? draw("circle", { cx: x, cy: y, r: 1.7, class: fill })
    : draw("rect", { x: x - 1.5, y: y - 1.5, width: 3, height: 3, class: fill });
};

const thumbnail = points => {
  const picture = draw("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true" });
  if (!points) return picture;
  const rows = rowsOf(points.inputs), targets = [...flat(points.targets)], isNumber = points.problem === "regression";
  const [[left, width], [low, height]] = [extent(rows, 0), extent(rows, 1)];
  const [least, most] = [Math.min(...targets), Math.max(...targets)];
  const at = (value, from, size) => 5 + ((value - from) / size) * (SIDE - 10);
  rows.forEach((row, number) => {
    const [x, y] = [at(row[0], left, width), SIDE - at(row[1], low, height)];
    picture.append(dot(x, y, targets[number], isNumber, least, most));
  });
  return picture;
};

export const datasets = playground => {
  const place = make("fieldset", { id: "sets" }, make("legend", { class: "hidden" }, "Data set"));
  const again = button("New points", () => playground.ask("regenerate"), { id: "regenerate", title: "Draw the points again, with the next seed (N)" });
  const fields = found("data").querySelector(".fields");
  fields.prepend(place);
  fields.append(again);
  const boxes = new Map();
  const boxOf = name => {
    const box = make("input", { type: "radio", name: "data", value: name, onchange: () => playground.set("data", name) });
    const label = make("label", { class: "set" }, box, thumbnail(playground.choices.thumbnails[name]), make("span", {}, name === OWN ? "your data" : name));
    place.append(label);
    boxes.set(name, { box, label });
  };
  playground.on("state", ({ data, problem }) => {
    const { thumbnails } = playground.choices;
    place.hidden = !thumbnails;
    again.hidden = !thumbnails?.[data] || !playground.offers("regenerate");
    for (const name of Object.keys(thumbnails ?? {})) if (!boxes.has(name)) boxOf(name);
    if (thumbnails && data === OWN && !boxes.has(OWN)) boxOf(OWN);
    for (const [name, { box, label }] of boxes) {
      box.checked = name === data;
      label.hidden = name !== OWN && thumbnails?.[name]?.problem !== problem;
    }
  });
};
