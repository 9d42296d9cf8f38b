// The paint of weights and responses, by the rule of graphviz_nn.scene.paint, whose numbers are in a picture's scale.

/** The colour, width and dash of a weight; `dark` is 1 on a dark page and 0 on a light one. */
export function painted(weight, strongest, scale, dark) {
  if (weight === undefined || !Number.isFinite(weight)) {
    return {colour: scale.unknown[dark], width: scale.least, dash: []};
  }
  const share = strongest ? Math.abs(weight) / strongest : 0;
  const [sign, dash] = weight < 0 ? [scale.negative, scale.dash] : [scale.positive, []];
  const colour = mixed(scale.page[dark], sign[dark], scale.palest + (1 - scale.palest) * share);
  return {colour, width: scale.least + (scale.most - scale.least) * share, dash};
}

/** The size of the largest weight, drawn or not. */
export function strongest(parameters, scale) {
  let most = 0;
  for (const name of scale.weights) {
    for (const value of parameters[name] ?? []) {
      if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
    }
  }
  return most;
}

/** A colour between two. */
export function mixed(first, second, share) {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [first, second].map((colour) => parseInt(colour.slice(at, at + 2), 16));
    return rounded(a + (b - a) * share).toString(16).padStart(2, "0");
  });
  return `#${parts.join("").toUpperCase()}`;
}

// Halves to even.
function rounded(value) {
  const up = Math.round(value);
  return value % 1 === 0.5 && up % 2 ? up - 1 : up;
}

/** The colours of responses from 0 to 255 as red, green, blue and alpha: negative, the page in the middle, positive. */
export function shades(scale, dark) {
  const found = new Uint8ClampedArray(4 * 256);
  for (let place = 0; place < 256; place++) {
    const share = Math.abs(place - 127.5) / 127.5;
    const colour = mixed(scale.page[dark], (place < 128 ? scale.negative : scale.positive)[dark], share);
    found.set([1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)), 4 * place);
    found[4 * place + 3] = 255;
  }
  return found;
}
