// Numbers as graphviz_nn.style.numbers writes them: "-2.5·10^-7" stands for a power, and what follows ^ is the exponent.

// The most entries of an array that are written one by one, and the roundings within which a number beside larger
// ones is 0.
const FEW = 6;
const ROUNDINGS = 16;
const EPSILON = {4: 2 ** -23, 8: 2 ** -52};

/** A number with `count` significant digits; one more if that makes it exact. */
export function number(value, count = 3, exact = (text) => Number(text) === value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  const more = general(value, count + 1);
  const size = Math.abs(value);
  const written = exact(more) || (1000 <= size && size < 10000) ? more : general(value, count);
  const [mantissa, exponent] = written.split("e");
  if (exponent === undefined) return mantissa;
  const power = `10^${Number(exponent)}`;
  return mantissa === "1" ? power : mantissa === "-1" ? `-${power}` : `${mantissa}·${power}`;
}

/** The text at a place for a number: an entry of an array, one of the two rows that sum it up, or all of it. */
export function written(values, shape, place) {
  const single = values.BYTES_PER_ELEMENT === 4;
  const exact = (value) => (text) => (single ? Math.fround(Number(text)) : Number(text)) === value;
  const plain = (value) => number(value, 3, exact(value));
  const epsilon = EPSILON[values.BYTES_PER_ELEMENT] ?? EPSILON[8];
  if (!shape.length) return plain(values[0]);
  if (!values.length) return "( )";
  if (values.length > FEW || shape.length > 2) return summed(values, place.row, plain, epsilon);
  const entries = aligned(values, plain, epsilon);
  if (place.index.length) return entries[place.index.reduce((flat, each, axis) => flat * shape[axis] + each, 0)];
  return shape.length === 2 ? `[${entries.join(" ")}]` : `(${entries.join(" ")})`;
}

function summed(values, row, plain, epsilon) {
  const least = values.reduce((one, other) => (other < one || Number.isNaN(other) ? other : one));
  const greatest = values.reduce((one, other) => (other > one || Number.isNaN(other) ? other : one));
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const largest = Math.max(Math.abs(least), Math.abs(greatest));
  const [first, last, middle] = [least, greatest, mean].map((each) => plain(cleared(each, largest, epsilon)));
  if (least === greatest) return row === "mean" ? "" : `all ${first}`;
  const both = [`${first} … ${last}`, `mean ${middle}`];
  return row === "ends" ? both[0] : row === "mean" ? both[1] : both.join(" ");
}

/** The entries of an array, with equal numbers of decimals if that leaves digits of each. */
export function aligned(values, plain = number, epsilon = EPSILON[8]) {
  const sizes = [...values].filter(Number.isFinite).map(Math.abs);
  const largest = sizes.length ? Math.max(...sizes) : 0;
  const kept = Array.from(values, (each) => cleared(each, largest, epsilon));
  const texts = kept.map((each) => plain(each));
  const decimals = (text) => (text.split(".")[1] ?? "").length;
  const needed = Math.max(...texts.map(decimals));
  const room = Math.max(decimals(plain(largest)), 2 - Math.floor(Math.log10(largest)));
  const count = largest ? Math.min(needed, room) : 0;
  const fixed = kept.map((each, place) => (Number.isFinite(each) ? fixedly(each, count) : texts[place]));
  const lost = kept.some((each, place) => each && Number.isFinite(each) && !Number(fixed[place]));
  return lost || texts.some((text) => text.includes("^")) ? texts : fixed;
}

function cleared(value, scale, epsilon) {
  return Number.isFinite(scale) && Math.abs(value) <= ROUNDINGS * epsilon * scale ? 0 : value;
}

/** As Python's format "g" with this many digits. */
function general(value, count) {
  if (!value) return "0";
  const sign = value < 0 ? "-" : "";
  const [digits, exponent] = significant(Math.abs(value), count);
  if (exponent < -4 || exponent >= count) return `${sign}${stripped(`${digits[0]}.${digits.slice(1)}`)}e${exponent}`;
  const whole = exponent < 0 ? "0" : digits.slice(0, exponent + 1);
  const rest = exponent < 0 ? "0".repeat(-exponent - 1) + digits : digits.slice(exponent + 1);
  return sign + stripped(`${whole}.${rest}`);
}

function stripped(text) {
  return text.replace(/\.?0*$/, "");
}

/** The digits of a size and its exponent; a half is rounded to even, as in Python, unlike in JavaScript. */
function significant(size, count) {
  let [mantissa, exponent] = size.toExponential(count - 1).split("e");
  let digits = mantissa.replace(".", "");
  if (Number(size.toExponential(count)) === size && /[13579]$/.test(digits)) {
    const [exactly, power] = size.toExponential(99).split("e");
    const all = exactly.replace(".", "");
    if (/^50*$/.test(all.slice(count))) [digits, exponent] = [all.slice(0, count), power];
  }
  return [digits, Number(exponent)];
}

function fixedly(value, count) {
  const size = Math.abs(value);
  let text = size.toFixed(count);
  if (/[13579]$/.test(text) && size < 1e15) {
    const [whole, rest] = size.toFixed(100).split(".");
    if (/^50*$/.test(rest.slice(count))) text = count ? `${whole}.${rest.slice(0, count)}` : whole;
  }
  return value < 0 ? `-${text}` : text;
}

/** The outline of a text in the letters of a picture, and its width, both in hundredths of the font size. */
export function lettered(text, letters) {
  let [width, outline, small] = [0, "", false];
  for (const [letter] of text.matchAll(/NaN|mean|all|./gu)) {
    if (letter === " ") width += letters.space;
    else if (letter === "^") [width, small] = [width + letters.gap, true];
    else {
      const own = letters.outlines[small ? `^${letter}` : letter];
      outline += `M${width.toFixed(1)} ${small ? -letters.raised : 0}${own}`;
      width += letters.ways[letter] * (small ? 0.7 : 1);
    }
  }
  return {outline, width};
}
