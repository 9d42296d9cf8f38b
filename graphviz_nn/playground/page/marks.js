// The points of data: a class has a colour and a shape, test data are hollow.
import { css, mixed } from "./palette.js";

// The corners of each class's mark, in sizes; the first is round.
const CORNERS = [
  null,
  [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  [[0, -1.25], [1.15, 0.9], [-1.15, 0.9]],
  [[0, -1.25], [1.1, 0], [0, 1.25], [-1.1, 0]],
  [[-1.15, -0.9], [1.15, -0.9], [0, 1.25]],
  [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]],
];

const trace = (pen, x, y, size, kind) => {
  const corners = CORNERS[kind % CORNERS.length];
  pen.beginPath();
  if (!corners) return pen.arc(x, y, size, 0, 2 * Math.PI);
  for (const [across, down] of corners) pen.lineTo(x + size * across, y + size * down);
  pen.closePath();
};

// A mark at x, y of a colour as [red, green, blue]; its rim lets it show on its own shade.
export const mark = (pen, x, y, size, kind, colour, rim, hollow, { card, ink }) => {
  trace(pen, x, y, size, kind);
  pen.fillStyle = css(hollow ? card : colour);
  pen.fill();
  pen.lineWidth = hollow ? 1.6 : 1;
  pen.strokeStyle = css(hollow ? mixed(colour, ink, 0.15) : rim);
  pen.stroke();
};

export const ring = (pen, x, y, size, { card, ink }) => {
  for (const [width, colour] of [[5, card], [2.2, ink]]) {
    pen.beginPath();
    pen.arc(x, y, size, 0, 2 * Math.PI);
    pen.lineWidth = width;
    pen.strokeStyle = css(colour);
    pen.stroke();
  }
};
