// One example: what goes in and comes out, and its way forward and backward, step by step.
import { flat, rowsOf } from "./arrays.js";
import { button, found, make, write } from "./elements.js";
import { image, sidesOf } from "./image.js";
import { formula, short, symbol } from "./numbers.js";

const LONGEST_ROW = 12;

// The name of a class, or numbers.
const worded = value => (Array.isArray(value) ? value.flat(Infinity).map(worded).join("  ") : typeof value === "string" ? value : short(value));

const termsOf = pairs => make("dl", { class: "terms" }, ...pairs.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));

export class Example {
  constructor(playground) {
    this.playground = playground;
    this.at = 0;
    const of = make("select", { name: "of", onchange: () => this.choose({ of: this.of.value, index: 0 }) }, make("option", { value: "train" }, "training data"), make("option", { value: "test" }, "test data"));
    const index = make("input", { type: "number", name: "index", min: 1, step: 1, inputmode: "numeric", onchange: () => this.choose({ of: this.of.value, index: Math.round(+this.index.value) - 1 }) });
    Object.assign(this, { of, index, facts: make("div", { class: "facts" }), walkway: make("div", { class: "walkway" }), count: make("span", { class: "told" }) });
    this.first = button("Walk through it", () => this.walk(0), { class: "strong", id: "walk" });
    this.buttons = { before: button("‹ Before", () => this.walk(this.at - 1)), next: button("Next ›", () => this.walk(this.at + 1)), end: button("End", () => this.end()) };
    this.steps = make("div", { class: "row", role: "group", "aria-label": "Walk through the example", hidden: true }, this.buttons.before, this.buttons.next, this.count, this.buttons.end);
    found("example").append(make("h2", { id: "example-title" }, "One example"),
      make("div", { class: "row" }, make("label", { class: "field flat" }, make("span", {}, "From the"), of), make("label", { class: "field flat" }, make("span", {}, "number"), index), this.first),
      this.facts, this.steps, this.walkway);
    playground.on("pick", picked => this.choose(picked));
    playground.on("model", () => this.model());
    playground.on("state", state => this.show(state));
    playground.on("frame numbers", ({ example }) => { if (example) this.told(example); });
    playground.on("playing", playing => { if (playing) this.end(); });
  }

  model() {
    const { data = {} } = this.playground.model;
    this.of.options[1].disabled = !data.test;
    this.end();
  }

  show({ example }) {
    const [of, index] = example ?? ["train", 0];
    this.of.value = of;
    this.index.value = index + 1;
    this.index.max = this.playground.model?.data?.[of]?.inputs.shape?.[0] ?? 1;
    this.facts.hidden = !example;
    this.first.hidden = !this.playground.offers("walk");
  }

  async choose({ of, index }) {
    const count = this.playground.model.data[of].inputs.shape[0];
    const fields = { of, index: Math.max(0, Math.min(count - 1, index || 0)) };
    this.end();
    const answer = await this.playground.ask("example", fields);
    if (!answer) return null;
    this.playground.state.example = [of, fields.index];
    if (!this.playground.playing) this.playground.address();
    this.playground.tell("state", this.playground.state);
    this.playground.tell("numbers", answer);
    return answer;
  }

  told({ of, index, loss, target, prediction }) {
    const { data, columns = [] } = this.playground.model, { inputs } = data[of];
    const values = [...rowsOf(inputs)[index]], sides = sidesOf(inputs.shape, columns);
    const input = sides ? image(values, sides, `Input of ${sides[0]} × ${sides[1]} numbers as shades`) : termsOf(values.slice(0, LONGEST_ROW).map((value, at) => [symbol(columns[at] ?? `x${at + 1}`), short(value)]));
    this.facts.replaceChildren(input, termsOf([["target", worded(target)], ["prediction", worded(prediction)], ["loss", short(loss)]]));
  }

  async walk(at) {
    const { playground } = this;
    if (playground.playing) await playground.play();
    if (!playground.state.example && !(await this.choose({ of: "train", index: 0 }))) return;
    const step = await playground.ask("walk", { at });
    if (!step) return;
    this.at = step.at;
    this.steps.hidden = false;
    write(this.count, `${step.phase}, ${step.at + 1} of ${step.count}`);
    const focused = document.activeElement;
    this.buttons.before.disabled = step.at === 0;
    this.buttons.next.disabled = step.at >= step.count - 1;
    if (focused?.disabled) (focused === this.buttons.next ? this.buttons.before : this.buttons.next).focus();
    const what = step.operation ? `${symbol(step.variable)} by ${step.operation}` : symbol(step.variable);
    this.walkway.className = `walkway ${step.phase}`;
    this.walkway.replaceChildren(make("p", { class: "what" }, what), make("p", { class: "formula math" }, formula(step.formula)), this.numbers(step.numbers));
    playground.tell("walked", step.elements ?? []);
  }

  numbers(given) {
    const written = value => [...flat(value)].slice(0, LONGEST_ROW).map(short).join("  ") + (flat(value).length > LONGEST_ROW ? " …" : "");
    return termsOf(Object.entries(given).map(([name, value]) => [formula(name), written(value)]));
  }

  end() {
    this.steps.hidden = true;
    this.walkway.replaceChildren();
    this.playground.tell("walked", []);
  }
}
