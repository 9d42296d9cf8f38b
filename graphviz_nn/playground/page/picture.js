// A live picture of a model: the SVG that the engine drew, with weights, responses and numbers as they change.
import {lettered, written} from "./lettering.js";
import {painted, strongest} from "./paint.js";
import {Heat, PALE} from "./heat.js";
import {Stops} from "./stops.js";


/** The flat numbers of an array, which may come with its shape. */
const flat = (array) => array?.data ?? array;

export class Picture {
  /**
   * Shows a picture of the protocol in an element, which also gets the events: "pick-line" and "pick-unit" with the
   * entry of `lines` or `units` as their detail, and "pick-part" with that of `parts`.
   */
  constructor(host, picture, {dark = false} = {}) {
    Object.assign(this, {host, picture, dark: Number(dark)});
    this.svg = parsed(picture.svg);
    this.heats = new Heat(host, this.svg, picture);
    host.append(this.svg);
    this.things = new Map([...this.svg.querySelectorAll("[id]")].map((each) => [each.id, each]));
    this.lines = picture.lines.map((line) => ({...line, shaft: this.things.get(line.id).querySelector("path"), shown: ""}));
    this.places = picture.numbers.map((place) => {
      const path = this.things.get(place.id);
      // The entries of an array have a group of their own.
      const block = place.index.length ? path.parentNode : path;
      return {...place, path, block, text: null, shown: {}};
    });
    this.stops = new Stops(this);
    this.lit = new Set();
    this.numbers();
    this.theme(dark);
  }

  /** Light or dark colours. */
  theme(dark) {
    this.dark = Number(dark);
    for (const kind of ["fill", "stroke"]) {
      for (const each of this.svg.querySelectorAll(`[data-${kind}]`)) {
        each.setAttribute(kind, this.picture.colours[each.dataset[kind]][this.dark]);
      }
    }
    for (const line of this.lines) line.shown = "";
    if (this.parameters) this.weights(this.parameters);
    this.heats.theme(this.dark);
  }

  /** Draws each line as wide, and in such a colour, as its weight asks for. */
  weights(parameters) {
    const {scale} = this.picture;
    this.parameters = Object.fromEntries(Object.entries(parameters).map(([name, array]) => [name, flat(array)]));
    const most = strongest(this.parameters, scale);
    for (const line of this.lines) {
      line.weight = this.parameters[line.parameter]?.[line.flat];
      const {colour, width, dash} = painted(line.weight, most, scale, this.dark);
      const strong = this.lit.has(line.id) ? scale.strong : 1;
      const look = [colour, (width * strong).toFixed(2), dash.join(" ") || "none"];
      if (look.join() === line.shown) continue;
      line.shown = look.join();
      ["stroke", "stroke-width", "stroke-dasharray"].forEach((name, place) => line.shaft.setAttribute(name, look[place]));
    }
    this.stops.say();
  }

  /** Fills each unit with its response: for each variable, bytes of its units, each a square from the top. */
  heat(responses) {
    this.heats.show(responses);
  }

  /** Writes values and gradients by variable into their places; without them the places are empty. */
  numbers(values = {}, gradients = {}) {
    const {shapes, letters, loss} = this.picture;
    const known = {value: values ?? {}, gradient: {[loss]: [1], ...gradients}};
    const sizes = new Map();
    for (const place of this.places) {
      const numbers = flat(known[place.kind][place.of]);
      const text = numbers === undefined || numbers === null ? "" : written(numbers, shapes[place.of], place);
      if (text !== place.text) Object.assign(place, {text, ...lettered(text, letters)});
      // Where a number is wider than usual ones, all numbers of its array shrink, and nothing moves.
      const size = Math.min(place.size / 100, (place.room + 0.15 * place.size) / (place.width || 1));
      sizes.set(place.block, Math.min(size, sizes.get(place.block) ?? size));
    }
    for (const place of this.places) this.write(place, sizes.get(place.block));
    // Brackets around nothing aren't seen.
    const filled = new Set(this.places.filter(({text}) => text).map(({block}) => block));
    for (const {block, path} of this.places) {
      if (block !== path) block.setAttribute("visibility", filled.has(block) ? "visible" : "hidden");
    }
  }

  write({path, outline, width, kind, text, x, y, anchor, shown}, size) {
    const left = x - width * size * (anchor === "end" ? 1 : 0.5);
    const look = {d: outline, transform: `translate(${left.toFixed(2)} ${y}) scale(${size.toFixed(5)})`};
    if (shown.text === text && shown.transform === look.transform) return;
    Object.assign(shown, {text, ...look});
    for (const [name, value] of Object.entries(look)) path.setAttribute(name, value);
    path.setAttribute("aria-label", `${kind} ${text}`.trim());
  }

  /** Shows these elements, and the numbers of what they are, alone in full strength; without any, all. */
  highlight(ids = []) {
    this.lit = new Set(ids);
    this.heats.highlight(this.lit);
    const nodes = this.picture.parts.filter((part) => this.lit.has(part.id) && !part.from);
    const variables = new Set(nodes.map((part) => part.variable));
    for (const group of this.svg.querySelectorAll(":scope > g")) {
      const own = this.places.filter(({path}) => path.parentNode === group), isLit = this.lit.has(group.id);
      const apart = new Set(own.map(({of}) => of)).size > 1 && !isLit;
      const named = new Map(own.map(({path, of}) => [path, of]));
      // The numbers of several shapes may be in one group.
      this.pale(group, !apart && !isLit && !variables.has(own[0]?.of));
      for (const item of own.length ? group.children : []) this.pale(item, apart && !variables.has(named.get(item)));
      this.thicken(group.querySelector("path[stroke-width]:not(.hit)"), isLit);
    }
    for (const line of this.lines) line.shown = "";
    if (this.parameters) this.weights(this.parameters);
  }

  pale(element, isPale) {
    if (isPale && this.lit.size) element.setAttribute("opacity", PALE);
    else element.removeAttribute("opacity");
  }

  thicken(path, isStrong) {
    if (!path) return;
    path.dataset.width ??= path.getAttribute("stroke-width");
    path.setAttribute("stroke-width", path.dataset.width * (isStrong ? this.picture.scale.strong : 1));
  }

  /** The picture as it is now, as an SVG file. */
  file() {
    const copy = this.svg.cloneNode(true);
    for (const each of copy.querySelectorAll(".hit")) each.remove();
    for (const name of ["tabindex", "cursor", "data-fill", "data-stroke", "data-width"]) {
      for (const each of copy.querySelectorAll(`[${name}]`)) each.removeAttribute(name);
    }
    this.heats.into(copy);
    return new XMLSerializer().serializeToString(copy);
  }
}

/** The element of SVG markup, without anything that could run or load. */
function parsed(markup) {
  const found = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
  if (found.localName !== "svg") throw new Error("the picture isn't SVG");
  for (const each of [...found.querySelectorAll("*")]) {
    if (["script", "style", "foreignObject", "a", "image"].includes(each.localName)) each.remove();
    for (const {name, value} of [...each.attributes]) {
      const leads = name.endsWith("href") && !value.startsWith("#");
      if (/^on|^style$/i.test(name) || leads) each.removeAttribute(name);
    }
  }
  return document.importNode(found, true);
}
