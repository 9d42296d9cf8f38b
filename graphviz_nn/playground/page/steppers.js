// How many hidden layers, and how many units each of them has.
import { button, found, make, write } from "./elements.js";

const NEW_UNITS = 2;

const stepper = (name, less, more) => {
  const count = make("span", { class: "count" }), word = make("span", { class: "word" });
  const [minus, plus] = [button("−", less, { "aria-label": `Remove ${name}` }), button("+", more, { "aria-label": `Add ${name}` })];
  return { element: make("div", { class: "stepper" }, minus, make("span", { class: "told" }, count, word), plus), count, word, minus, plus };
};

const counted = ({ count, word }, number, name) => {
  write(count, String(number));
  write(word, ` ${name}${number === 1 ? "" : "s"}`);
};

export class Steppers {
  constructor(playground) {
    this.playground = playground;
    this.widths = found("widths");
    this.layers = stepper("a hidden layer", () => this.change(this.hidden.slice(0, -1)), () => this.change([...this.hidden, NEW_UNITS]));
    found("depth").append(this.layers.element);
    this.units = [];
    playground.on("state", state => this.show(state));
  }

  get hidden() {
    return this.playground.state.hidden;
  }

  change(hidden) {
    return this.playground.set("hidden", hidden);
  }

  // The same buttons stay, so that the one that was pressed keeps the focus.
  show({ hidden }) {
    found("depth").hidden = this.widths.hidden = !hidden || !this.playground.choices.hidden;
    if (!hidden) return;
    const { layers = 6, units = 8 } = this.playground.choices.hidden ?? {};
    counted(this.layers, hidden.length, "hidden layer");
    this.layers.minus.disabled = hidden.length === 0;
    this.layers.plus.disabled = hidden.length >= layers;
    while (this.units.length < hidden.length) this.units.push(this.column(this.units.length));
    this.widths.replaceChildren(...this.units.slice(0, hidden.length).map(({ element }) => element));
    hidden.forEach((count, layer) => {
      const { minus, plus } = this.units[layer];
      counted(this.units[layer], count, "unit");
      minus.disabled = count <= 1;
      plus.disabled = count >= units;
    });
  }

  column(layer) {
    const by = more => () => this.change(this.hidden.map((count, at) => (at === layer ? count + more : count)));
    return stepper(`a unit of hidden layer ${layer + 1}`, by(-1), by(1));
  }

  // Above the columns of the picture, at these places from its left; in a row if it has none, or no room for them.
  align(wanted) {
    const wide = Math.max(...this.units.map(({ element }) => element.offsetWidth)) + 8;
    const places = wanted?.every((place, at) => !at || place - wanted[at - 1] >= wide) ? wanted : null;
    this.widths.classList.toggle("placed", Boolean(places));
    this.units.forEach(({ element }, at) => { element.style.left = places?.[at] === undefined ? "" : `${places[at]}px`; });
  }
}
