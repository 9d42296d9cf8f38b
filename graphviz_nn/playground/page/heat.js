// The responses of units as small heat maps in their circles, on a canvas behind the picture.
import {shades} from "./paint.js";

// The points per side of a response that comes without its shape, and the width of the halo of letters.
const SIDE = 24;
// How much of what isn't highlighted remains.
export const PALE = 0.3;
const HALO = 22;

export class Heat {
  constructor(host, svg, picture) {
    Object.assign(this, {host, svg, picture, responses: null, dark: 0, lit: new Set()});
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.small = document.createElement("canvas");
    if (!picture.units.length) return;
    const {style} = this.canvas;
    Object.assign(style, {position: "absolute", pointerEvents: "none"});
    if (getComputedStyle(host).position === "static") host.style.position = "relative";
    svg.style.position = "relative";
    host.prepend(this.canvas);
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  theme(dark) {
    this.dark = dark;
    this.colours = new Uint32Array(shades(this.picture.scale, dark).buffer);
    this.draw();
  }

  show(responses) {
    if (!this.responses) this.open();
    this.responses = responses;
    this.draw();
  }

  highlight(lit) {
    this.lit = lit;
    this.draw();
  }

  /** Lets the canvas be seen through the circles; letters that no heading says stay, on a halo. */
  open() {
    this.svg.querySelector("rect").setAttribute("fill-opacity", 0);
    for (const {id, named} of this.picture.units) {
      const group = this.svg.getElementById(id);
      group.querySelector("path").setAttribute("fill-opacity", 0);
      group.querySelector("path").setAttribute("pointer-events", "all");
      for (const letter of group.querySelectorAll("use")) {
        if (!named) {
          letter.remove();
          continue;
        }
        letter.setAttribute("stroke-width", HALO);
        letter.setAttribute("stroke-linejoin", "round");
        letter.setAttribute("paint-order", "stroke");
        letter.dataset.stroke = this.svg.querySelector("rect").dataset.fill;
        letter.setAttribute("stroke", this.picture.colours[letter.dataset.stroke][this.dark]);
      }
    }
  }

  draw() {
    const box = this.svg.getBoundingClientRect(), around = this.host.getBoundingClientRect();
    if (!this.responses || !box.width) return;
    const {canvas} = this, sharp = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(box.width * sharp), Math.round(box.height * sharp)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    const [left, top] = [box.left - around.left + this.host.scrollLeft, box.top - around.top + this.host.scrollTop];
    const place = {left: left - this.host.clientLeft, top: top - this.host.clientTop, width: box.width, height: box.height};
    for (const [name, value] of Object.entries(place)) canvas.style[name] = `${value}px`;
    const context = canvas.getContext("2d"), scale = width / this.picture.width;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = this.picture.scale.page[this.dark];
    context.fillRect(0, 0, width, height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    for (const unit of this.picture.units) this.fill(context, unit);
  }

  fill(context, unit) {
    const square = this.square(unit);
    if (!square) return;
    context.save();
    context.clip(this.outline(unit));
    context.globalAlpha = this.lit.size && !this.lit.has(unit.id) ? PALE : 1;
    context.drawImage(square, unit.x - unit.r, unit.y - unit.r, 2 * unit.r, 2 * unit.r);
    context.restore();
  }

  outline(unit) {
    unit.outline ??= new Path2D(this.svg.getElementById(unit.id).querySelector("path").getAttribute("d"));
    return unit.outline;
  }

  /** The response of a unit as a small image. */
  square({variable, index}) {
    const given = this.responses[variable];
    if (!given) return null;
    const all = given.data ?? given, side = given.shape?.at(-1) ?? SIDE, size = side * side;
    const {small} = this, context = small.getContext("2d");
    if (small.width !== side) Object.assign(small, {width: side, height: side});
    const image = context.createImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    const start = index[0] * size;
    for (let at = 0; at < size; at++) pixels[at] = this.colours[all[start + at]];
    context.putImageData(image, 0, 0);
    return small;
  }

  /** Puts the responses into a copy of the picture, as images. */
  into(copy) {
    if (!this.responses) return;
    copy.querySelector("rect").removeAttribute("fill-opacity");
    const defs = copy.querySelector("defs");
    this.picture.units.forEach((unit, number) => {
      const square = this.square(unit);
      if (!square) return;
      const group = copy.getElementById(unit.id), path = group.querySelector("path");
      const made = (name, attributes) => {
        const element = document.createElementNS(copy.namespaceURI, name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        return element;
      };
      const clip = made("clipPath", {id: `clip${number}`});
      clip.append(made("path", {d: path.getAttribute("d")}));
      defs.append(clip);
      const side = 2 * unit.r, place = {x: unit.x - unit.r, y: unit.y - unit.r, width: side, height: side};
      group.prepend(made("image", {...place, href: square.toDataURL(), "clip-path": `url(#clip${number})`}));
    });
  }
}
