// Examples of data that aren't a plane, to pick one: images, or rows of numbers.
import { rowsOf } from "./arrays.js";
import { button, found, make } from "./elements.js";
import { image, sidesOf } from "./image.js";
import { short, symbol } from "./numbers.js";

const IMAGES = 24, ROWS = 12, COLUMNS = 6;

export const gallery = playground => {
  const place = make("div", { class: "gallery", role: "group", "aria-label": "Examples to pick" });
  found("plane").append(place);
  const pick = index => () => playground.tell("pick", { of: "train", index });
  const pictures = (rows, sides) => rows.slice(0, IMAGES).map((row, at) => {
    const each = button("", pick(at), { "aria-label": `Training example ${at + 1}`, "data-at": at });
    each.append(image(row, sides));
    return each;
  });
  const table = (rows, columns) => make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Rows of the training data" }, make("table", {},
    make("thead", {}, make("tr", {}, make("td"), ...columns.slice(0, COLUMNS).map(each => make("th", { scope: "col" }, symbol(each))))),
    make("tbody", {}, ...rows.slice(0, ROWS).map((row, at) => make("tr", {},
      make("th", { scope: "row" }, button(String(at + 1), pick(at), { "aria-label": `Training example ${at + 1}`, "data-at": at })),
      ...[...row].slice(0, COLUMNS).map(value => make("td", {}, short(value))))))));
  playground.on("model", ({ plane, data, columns }) => {
    place.hidden = Boolean(plane);
    if (plane) return;
    const { inputs } = data.train, rows = rowsOf(inputs), sides = sidesOf(inputs.shape, columns);
    place.replaceChildren(...(sides ? pictures(rows, sides) : [table(rows, columns)]));
  });
  playground.on("state", ({ example }) => {
    for (const each of place.querySelectorAll("button")) each.setAttribute("aria-pressed", example?.[0] === "train" && +each.dataset.at === example[1]);
  });
};
