// The points of data: a class has a colour and a shape, test data are hollow.
import { css, mixed } from "./palette.js";

const trace = (pen, x, y, size, kind) => {
  pen.beginPath();
  if (kind === 1) pen.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
  else if (kind === 2) { pen.moveTo(x, y - size * 1.25); pen.lineTo(x + size * 1.15, y + size * 0.9); pen.lineTo(x - size * 1.15, y + size * 0.9); pen.closePath(); }
  else pen.arc(x, y, size, 0, 2 * Math.PI);
};

// A mark at x, y of a colour as [red, green, blue]; with a rim of the card's colour, so that it shows on its own shade.
export const mark = (pen, x, y, size, kind, colour, hollow, { card, ink }) => {
  trace(pen, x, y, size, kind);
  pen.fillStyle = css(hollow ? card : colour);
  pen.fill();
  pen.lineWidth = hollow ? 1.6 : 1;
  pen.strokeStyle = css(hollow ? mixed(colour, ink, 0.15) : card);
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
