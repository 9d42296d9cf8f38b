// The project's two colours, orange and blue, with the page's background between them; marks tell them apart too.
const NAMES = ["orange", "blue", "green", "violet", "amber", "gray", "middle", "ink", "quiet", "edge", "card", "grid"];
// Of classes, in order.
const CLASSES = ["blue", "orange", "green", "violet", "amber", "gray"];

const parsed = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));

let palette = null;

// The colours of the theme that holds, as [red, green, blue].
export const colours = () => {
  if (!palette) {
    const style = getComputedStyle(document.documentElement);
    palette = Object.fromEntries(NAMES.map(name => [name, parsed(style.getPropertyValue(`--${name}`).trim())]));
    palette.classes = CLASSES.map(name => palette[name]);
  }
  return palette;
};

export const forget = () => { palette = null; };

export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

export const mixed = (a, b, share) => a.map((each, at) => Math.round(each + (b[at] - each) * share));

// The class of a mark's colour: of a number from 0, blue, to 1, orange; as class 0 and class 1 have them.
export const colourOf = share => ["blue", "bluish", "between", "orangish", "orange"][Math.round(4 * Math.max(0, Math.min(1, share)))];

// The colours of shades from 0, the first, to 255, the last, with the middle between them.
export const shadesBetween = (first, last, middle, strength) => {
  const table = new Uint8ClampedArray(1024);
  for (let at = 0; at < 256; at++) {
    const share = (at - 127.5) / 127.5;
    table.set([...mixed(middle, share < 0 ? first : last, Math.abs(share) * strength), 255], 4 * at);
  }
  return table;
};

// The colours of shades that are numbers of classes.
export const shadesOf = (classes, middle, strength) => {
  const table = new Uint8ClampedArray(1024);
  for (let at = 0; at < 256; at++) table.set([...mixed(middle, classes[at % classes.length], strength), 255], 4 * at);
  return table;
};
