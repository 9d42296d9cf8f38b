// The network: drawn by the engine, alive by `Picture`, in the view that is chosen.
import { biasOf } from "./biases.js";
import { found, make, write } from "./elements.js";
import { Picture } from "./picture.js";
import { Steppers } from "./steppers.js";
import { placeOf, short, symbol } from "./numbers.js";

// How large a pt of the picture is shown at least and at most, in px; and how much of the window's height it fills.
const LEAST = 1.1, LEAST_OF_UNITS = 0.4, MOST = 2.6, TALL = 0.58;

export const weightOf = (frame, parameter, index) => {
  const array = frame?.parameters[parameter];
  return array?.data[index.reduce((at, each, axis) => at * array.shape[axis] + each, 0)];
};

const isDark = () => document.documentElement.dataset.theme === "dark";

export class Network {
  constructor(playground) {
    Object.assign(this, { playground, host: found("picture"), box: found("frame"), views: found("views") });
    this.steppers = new Steppers(playground);
    playground.on("model", model => this.model(model));
    playground.on("frame", frame => this.frame(frame));
    playground.on("numbers", ({ values, gradients }) => { if (values) this.picture?.numbers(values, gradients); });
    playground.on("state", state => this.chosen(state));
    playground.on("theme", () => this.picture?.theme(isDark()));
    playground.on("walked", ids => this.picture?.highlight(ids));
    new ResizeObserver(() => this.fit()).observe(this.box);
    for (const name of ["pick-line", "pick-unit"]) this.host.addEventListener(name, event => this.pick(event.detail));
    for (const name of ["pointerover", "focusin"]) this.host.addEventListener(name, event => this.point(event.target));
    for (const name of ["pointerleave", "focusout"]) this.host.addEventListener(name, () => playground.tell("seen", null));
  }

  model({ picture, views, view, revision }) {
    this.picture = null;
    this.made = picture;
    const biases = picture.units.map(unit => [unit.id, biasOf(this.playground.model, unit)]).filter(([, bias]) => bias);
    this.numbers = new Map([...picture.lines.map(line => [line.id, line]), ...biases]);
    this.units = new Map(picture.units.map(unit => [unit.id, unit]));
    this.host.replaceChildren();
    this.picture = new Picture(this.host, picture, { dark: isDark() });
    if (this.playground.frame?.revision === revision) this.frame(this.playground.frame);
    this.fit();
    this.offer(views, view);
    write(found("pointed"), "");
    found("key").hidden = !picture.lines.length;
  }

  // Small pictures grow to the room there is, large ones scroll before they can't be read.
  fit() {
    const svg = this.host.querySelector("svg");
    if (!svg?.viewBox.baseVal) return;
    const { width, height } = svg.viewBox.baseVal, room = this.box.clientWidth;
    if (!width || !room) return;
    const high = Math.max(TALL * innerHeight, parseFloat(getComputedStyle(this.box).minHeight));
    const least = this.made.units.length ? LEAST_OF_UNITS : LEAST;
    const scale = Math.max(Math.min(least, 1.6 * room / width), Math.min(MOST, room / width, high / height));
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    const scrolls = width * scale > room + 1 || this.box.scrollHeight > this.box.clientHeight + 1;
    if (scrolls) this.box.setAttribute("tabindex", "0");
    else this.box.removeAttribute("tabindex");
    this.align(svg, scrolls);
  }

  align(svg, scrolls) {
    const { hidden = [] } = this.playground.state, matrix = svg.getScreenCTM();
    const columns = new Map();
    for (const { variable, x } of this.made.units ?? []) if (!columns.has(variable)) columns.set(variable, x);
    const across = [...new Set(columns.values())].sort((a, b) => a - b);
    const inner = across.slice(-hidden.length - 1, -1);
    if (scrolls || !matrix || across.length < hidden.length + 2) return this.steppers.align(null);
    const left = this.steppers.widths.getBoundingClientRect().left;
    this.steppers.align(inner.map(x => x * matrix.a + matrix.e - left));
  }

  offer(views = [], view) {
    if (views.join() !== this.offered) {
      this.offered = views.join();
      this.views.replaceChildren(...views.map(name => make("label", {},
        make("input", { type: "radio", name: "view", value: name, onchange: () => this.playground.set("view", name) }), make("span", {}, name))));
    }
    this.views.hidden = views.length < 2;
    this.chosen({ view });
  }

  chosen({ view }) {
    for (const box of this.views.querySelectorAll("input")) box.checked = box.value === view;
    this.fit();
  }

  frame(frame) {
    if (!this.picture) return;
    this.picture.weights(frame.parameters);
    if (frame.units) this.picture.heat(frame.units);
    if (frame.values) this.picture.numbers(frame.values, frame.gradients);
  }

  // The weight of a line or the bias of a unit is changed beside it.
  pick({ id }) {
    const number = this.numbers.get(id), thing = this.host.querySelector(`#${CSS.escape(id)}`);
    if (number) this.playground.tell("number", { ...number, box: thing.getBoundingClientRect() });
  }

  // The number of what is under the pointer or has the focus; the response of a unit is shown on the plane.
  point(target) {
    const id = target.closest?.("[id]")?.id, number = this.numbers?.get(id);
    this.playground.tell("seen", this.units?.get(id) ?? null);
    if (!number) return;
    const { parameter, index } = number;
    write(found("pointed"), `${symbol(parameter)}${placeOf(index)} = ${short(weightOf(this.playground.frame, parameter, index))}`);
  }
}
