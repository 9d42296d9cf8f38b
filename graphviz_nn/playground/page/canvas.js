// A canvas as sharp as the screen, that is painted again when its size changes.
import { make } from "./elements.js";

export const canvas = (host, label, paint) => {
  const element = make("canvas", { role: "img", "aria-label": label });
  host.append(element);
  const pen = element.getContext("2d");
  const again = () => {
    const { clientWidth: width, clientHeight: height } = element, scale = devicePixelRatio || 1;
    if (!width || !height) return;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (element.width !== wide || element.height !== high) Object.assign(element, { width: wide, height: high });
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const size = parseFloat(getComputedStyle(element).fontSize);
    pen.font = `${size}px ${getComputedStyle(element).fontFamily}`;
    paint(pen, width, height, size);
  };
  new ResizeObserver(again).observe(element);
  return { element, again };
};

// About `count` round numbers from low to high.
export const ticks = (low, high, count) => {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(each => each * power >= rough * 0.999);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at++) found.push(+(at * step).toPrecision(12));
  return found;
};
