// The fields of the state that are set by a list, a slider, a number or a box.
import { found, make, write } from "./elements.js";
import { short } from "./numbers.js";

const share = value => `${Math.round(100 * value)} %`;
const plainly = value => String(value);

const RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const SPEEDS = { step: "one step a frame", epoch: "one epoch a frame", fast: "as fast as it can" };
const PENALTY_RATES = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

// field, its place on the page, its label, its kind, how its value is written, and the usual values or ends.
const CONTROLS = [
  ["rate", "settings", "Learning rate", "list", short, RATES],
  ["speed", "settings", "Speed", "list", speed => SPEEDS[speed]],
  ["activation", "settings", "Activation", "list", plainly],
  ["regularisation", "settings", "Regularisation", "list", plainly],
  ["regularisation_rate", "settings", "Regularisation rate", "list", short, PENALTY_RATES],
  ["problem", "settings", "Problem", "list", plainly],
  ["optimizer", "settings", "Optimizer", "list", plainly],
  ["seed", "settings", "Seed", "number", plainly],
  ["noise", "data", "Noise", "slider", short, [0, 2, 0.1]],
  ["test", "data", "Test data", "slider", share, [0, 0.9, 0.05]],
  ["batch_size", "data", "Batch size", "list", plainly, [1, 5, 10, 20, 50, 100, 500]],
  ["n", "data", "Points", "list", plainly, [50, 100, 200, 500, 1000, 2000]],
];

// What only data that are drawn anew have.
const GENERATED = ["n", "noise"];

const list = (name, written, change, label, usual) => {
  const select = make("select", { name, onchange: () => change(JSON.parse(select.value)) });
  const element = make("label", { class: "field" }, make("span", {}, label), select);
  let shown = "";
  return {
    element,
    update(value, { words, least, most }) {
      const offered = words ?? (usual ?? []).filter(each => each >= (least ?? value) && each <= (most ?? value));
      // A link may have a value that isn't one of the usual.
      const all = offered.includes(value) ? offered : [...offered, value].sort((a, b) => a - b);
      if (JSON.stringify(all) !== shown) {
        shown = JSON.stringify(all);
        select.replaceChildren(...all.map(each => make("option", { value: JSON.stringify(each) }, written(each))));
      }
      select.value = JSON.stringify(value);
      select.disabled = all.length < 2;
    },
  };
};

const slider = (name, written, change, label, [low, high, step]) => {
  const told = make("span", { class: "told" });
  const input = make("input", { type: "range", name, onchange: () => change(+input.value) });
  input.addEventListener("input", () => { say(+input.value); });
  const say = value => {
    write(told, written(value));
    input.setAttribute("aria-valuetext", written(value));
  };
  const element = make("label", { class: "field" }, make("span", {}, label, " ", told), input);
  return {
    element,
    update(value) {
      Object.assign(input, { min: low, max: Math.max(high, value), step });
      if (document.activeElement !== input || +input.value !== value) input.value = value;
      say(value);
    },
  };
};

const number = (name, written, change, label) => {
  const input = make("input", { type: "number", name, inputmode: "numeric", onchange: () => input.reportValidity() && change(+input.value) });
  const element = make("label", { class: "field" }, make("span", {}, label), input);
  return {
    element,
    update(value, { least, most }) {
      Object.assign(input, { min: least, max: most, step: 1, required: true });
      input.value = value;
    },
  };
};

const KINDS_OF_CONTROL = { list, slider, number };

export const controls = playground => {
  const all = CONTROLS.map(([name, place, label, kind, written, usual]) => {
    const control = KINDS_OF_CONTROL[kind](name, written, value => playground.set(name, value), label, usual);
    found(place).querySelector(".fields").append(control.element);
    return { name, ...control };
  });
  playground.on("state", state => {
    for (const { name, element, update } of all) {
      element.hidden = !(name in state) || (state.data === "own" && GENERATED.includes(name));
      if (!(name in state)) continue;
      const choices = playground.choices[name];
      update(state[name], choices ?? {});
      if (!choices) element.querySelector("select, input").disabled = true;
    }
  });
  // A control shows what holds, also after a value was refused.
  playground.on("refused", () => playground.tell("state", playground.state));
};
