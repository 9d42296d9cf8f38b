// Numbers as people read them: a real minus sign, three digits.
const signed = text => text.replace("-", "−");
const SUPERSCRIPTS = { "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹" };

const power = (value, digits) => {
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  const raised = [...String(+exponent)].map(each => SUPERSCRIPTS[each]).join("");
  return +mantissa === 1 ? `10${raised}` : `${signed(String(+mantissa))} · 10${raised}`;
};

// Three significant digits, without trailing zeros.
export const short = value => {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return power(value, 2);
  if (size >= 1000) return signed(String(Math.round(value)));
  return signed(String(+value.toPrecision(3)));
};

// Of a loss: as many places each time, so that digits stand still.
export const steady = value =>
  value === null || value === undefined || !Number.isFinite(value) || value >= 1000 || value < 5e-4 ? short(value) : value.toFixed(3);

export const percent = value => (value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)} %`);

export const whole = value => Math.round(value).toLocaleString("en").replaceAll(",", " ");

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉", RAISED = { ...SUPERSCRIPTS, "(": "⁽", ")": "⁾" };

// Formulas in plain text with raised exponents and real minus signs.
export const formula = text => String(text).replace(/\^(\(\d+\)|-?\d+)/g, (_, raised) => [...raised].map(each => RAISED[each]).join("")).replaceAll("-", "−");

// Names such as W1, x1^2 and sin x1 as they are written in mathematics.
export const symbol = name => formula(String(name).replace(/([A-Za-z])_?(\d+)/g, (_, letter, digits) => letter + [...digits].map(each => SUBSCRIPTS[each]).join("")));

// An index as people count.
export const placeOf = index => (index.length ? `[${index.map(each => each + 1).join(", ")}]` : "");
