// The project's two colours, orange and blue, with the page's background between them; marks tell them apart too.
const NAMES = ["--orange", "--blue", "--middle", "--ink", "--quiet", "--edge", "--card", "--grid"];

const parsed = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));

let palette = null;

// The colours of the theme that holds, as [red, green, blue].
export const colours = () => {
  if (!palette) {
    const style = getComputedStyle(document.documentElement);
    palette = Object.fromEntries(NAMES.map(name => [name.slice(2), parsed(style.getPropertyValue(name).trim())]));
  }
  return palette;
};

export const forget = () => { palette = null; };

export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

export const mixed = (a, b, share) => a.map((each, at) => Math.round(each + (b[at] - each) * share));

// The class of a mark's colour: of a number from 0, blue, to 1, orange; as class 0 and class 1 have them.
export const colourOf = share => ["blue", "bluish", "between", "orangish", "orange"][Math.round(4 * Math.max(0, Math.min(1, share)))];

// The colours of a shade from 0 to 255.
export const shadesFor = (first, last, middle, strength, steps = 0) => {
  const table = new Uint8ClampedArray(1024);
  for (let at = 0; at < 256; at++) {
    const share = steps ? (at < 128 ? -0.62 : 0.62) : (at - 127.5) / 127.5;
    table.set([...mixed(middle, share < 0 ? first : last, Math.abs(share) * strength), 255], 4 * at);
  }
  return table;
};
