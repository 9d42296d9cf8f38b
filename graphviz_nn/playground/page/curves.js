// Curves of the loss over the steps: of training data a solid line, of test data a dashed one.
import { canvas, ticks } from "./canvas.js";
import { colours, css } from "./palette.js";
import { short, whole } from "./numbers.js";

export const DASH = [6, 4];

// At most so many points for each pixel are drawn; the last one always is.
const thinned = (count, width) => {
  const stride = Math.max(1, Math.floor(count / (2 * width)));
  const found = [];
  for (let at = 0; at < count; at += stride) found.push(at);
  if (count && found.at(-1) !== count - 1) found.push(count - 1);
  return found;
};

export const highest = curves => {
  let most = 0;
  for (const { loss, test_loss: test } of curves) for (const values of [loss, test ?? []]) for (const each of values) if (each > most && Number.isFinite(each)) most = each;
  return most || 1;
};

// Paint curves of {step, loss, test_loss} with axes.
export const paintCurves = (pen, width, height, size, { step, loss, test_loss: test = [] }, most = 0) => {
  const { ink, quiet, grid, blue, orange } = colours();
  const top = highest([{ loss, test_loss: test }]), ceiling = (most || top) * 1.05, last = Math.max(step.at(-1) ?? 0, 10);
  const left = size * 2.6, bottom = size * 1.8, inner = { width: width - left - size * 0.7, height: height - bottom - size * 0.5 };
  const x = at => left + (at / last) * inner.width, y = value => size * 0.5 + inner.height - (Math.min(value, ceiling) / ceiling) * inner.height;
  pen.lineWidth = 1;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const tick of ticks(0, ceiling, 4)) {
    pen.strokeStyle = css(grid);
    pen.beginPath();
    pen.moveTo(left, Math.round(y(tick)) + 0.5);
    pen.lineTo(left + inner.width, Math.round(y(tick)) + 0.5);
    pen.stroke();
    pen.fillStyle = css(quiet);
    pen.fillText(short(tick), left - size * 0.4, y(tick));
  }
  pen.textBaseline = "top";
  const end = width - pen.measureText("steps").width, under = size + inner.height;
  pen.textAlign = "center";
  for (const tick of ticks(0, last, 4).filter(Number.isInteger)) {
    if (x(tick) + pen.measureText(whole(tick)).width / 2 < end - size / 2) pen.fillText(whole(tick), x(tick), under);
  }
  pen.textAlign = "left";
  pen.fillText("steps", end, under);
  for (const [values, dash, colour, heavy] of [[test, DASH, orange, 1.8], [loss, [], blue, 2]]) {
    if (!values.length) continue;
    pen.beginPath();
    let drawing = false;
    for (const at of thinned(values.length, inner.width)) {
      const value = values[at];
      if (value === null || !Number.isFinite(value)) { drawing = false; continue; }
      if (drawing) pen.lineTo(x(step[at]), y(value));
      else pen.moveTo(x(step[at]), y(value));
      drawing = true;
    }
    pen.setLineDash(dash);
    pen.strokeStyle = css(colour);
    pen.lineWidth = heavy;
    pen.lineJoin = "round";
    pen.stroke();
    pen.setLineDash([]);
  }
  pen.strokeStyle = css(ink);
};

export const curvesIn = (host, playground) => {
  const paper = canvas(host, "The losses over the steps", (...all) => paintCurves(...all, playground.curve));
  playground.on("frame theme", () => paper.again());
  return paper;
};
