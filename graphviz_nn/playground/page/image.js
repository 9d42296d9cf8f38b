// An input that is an image, as shades.
import { draw } from "./elements.js";

const SMALL = 16;

const named = columns => columns?.length && !columns.every(each => /^(x_?)?\W*\d+\W*$/.test(String(each)));

// The two sides of an input that is an image, if it is one.
export const sidesOf = (shape, columns) => {
  const sides = shape.slice(1).filter(each => each > 1);
  if (sides.length === 2) return sides;
  const side = Math.sqrt(sides[0] ?? 0);
  return sides.length === 1 && sides[0] >= SMALL && Number.isInteger(side) && !named(columns) ? [side, side] : null;
};

export const image = (values, [rows, columns], label) => {
  const most = Math.max(...values), least = Math.min(...values);
  const said = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  const picture = draw("svg", { viewBox: `0 0 ${columns} ${rows}`, class: "image", ...said });
  values.forEach((value, at) => picture.append(draw("rect", {
    x: at % columns, y: Math.floor(at / columns), width: 1.02, height: 1.02, "fill-opacity": ((value - least) / (most - least || 1)).toFixed(2),
  })));
  return picture;
};
