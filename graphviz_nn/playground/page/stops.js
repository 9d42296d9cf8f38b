// What in a picture can be picked: by the pointer, or with the keyboard, where each kind is one stop of Tab.
import {number} from "./lettering.js";

const SVG = "http://www.w3.org/2000/svg";
// How wide the line is that the pointer meets, in pt.
const REACH = 7;

// Where an arrow key leads, across and down; through lines, which cross, in their order.
const WAYS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

export class Stops {
  constructor(picture) {
    this.picture = picture;
    const {units, lines, parts} = picture.picture;
    const isNetwork = units.length > 0;
    this.kinds = [
      this.kind("pick-unit", units),
      this.kind("pick-line", lines),
      this.kind("pick-part", isNetwork ? [] : parts.filter((part) => !part.from)),
    ];
  }

  kind(event, rows) {
    const stops = rows.map((row, number) => this.stop(event, row, number)).filter(Boolean);
    for (const stop of stops) stop.group.addEventListener("keydown", (pressed) => this.press(pressed, stop, stops));
    stops[0]?.group.setAttribute("tabindex", "0");
    return stops;
  }

  stop(event, row, place) {
    const group = this.picture.things.get(row.id), path = group?.querySelector("path");
    if (!path) return null;
    const isLine = event === "pick-line";
    const hit = reachable(path, isLine ? undefined : 3);
    group.append(hit);
    for (const [name, value] of Object.entries({role: "button", tabindex: "-1", cursor: "pointer"})) {
      group.setAttribute(name, value);
    }
    group.style.outline = "none";
    const stop = {event, row, group, hit, said: group.getAttribute("aria-label")};
    const shown = (strength) => () => hit.setAttribute("stroke-opacity", strength);
    group.addEventListener("focus", () => shown(group.matches(":focus-visible") ? 0.55 : 0)());
    group.addEventListener("blur", shown(0));
    group.addEventListener("pointerenter", () => { this.tell(stop); shown(0.2)(); });
    group.addEventListener("pointerleave", shown(0));
    group.addEventListener("click", () => this.pick(stop));
    if (isLine) stop.line = this.picture.lines[place];
    return stop;
  }

  pick({event, row}) {
    this.picture.host.dispatchEvent(new CustomEvent(event, {detail: row, bubbles: true}));
  }

  press(pressed, stop, stops) {
    if (pressed.key === "Enter" || pressed.key === " ") {
      pressed.preventDefault();
      this.pick(stop);
    }
    const way = WAYS[pressed.key];
    if (!way) return;
    pressed.preventDefault();
    const next = stop.line ? stops[stops.indexOf(stop) + way[0] + way[1]] : nearest(stop, stops, way);
    if (!next) return;
    stop.group.setAttribute("tabindex", "-1");
    next.group.setAttribute("tabindex", "0");
    this.tell(next);
    next.group.focus();
  }

  /** Says the number of a weight. */
  tell({group, line, said}) {
    if (line?.weight === undefined) return;
    group.setAttribute("aria-label", `${said}: ${number(line.weight).replace("-", "−")}`);
  }

  /** Says that of the weight with the focus, which changes. */
  say() {
    const found = this.kinds?.[1].find(({group}) => group === document.activeElement);
    if (found) this.tell(found);
  }
}

/** The nearest stop in a direction. */
function nearest(stop, stops, [across, down]) {
  const here = middle(stop);
  let best = null, least = Infinity;
  for (const other of stops) {
    if (other === stop) continue;
    const there = middle(other), [dx, dy] = [there.x - here.x, there.y - here.y];
    const [along, aside] = across ? [dx * across, Math.abs(dy)] : [dy * down, Math.abs(dx)];
    if (along < 0.5) continue;
    const far = along + 3 * aside;
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

function middle(stop) {
  if (!stop.at) {
    const {x, y, width, height} = stop.group.getBBox();
    stop.at = {x: x + width / 2, y: y + height / 2};
  }
  return stop.at;
}

/** A wide invisible line, or a ring, that meets the pointer and shows the focus. */
function reachable(path, width = REACH) {
  const hit = document.createElementNS(SVG, "path");
  const look = {d: path.getAttribute("d"), fill: "none", stroke: "currentColor", "stroke-opacity": 0, class: "hit"};
  for (const [name, value] of Object.entries({...look, "stroke-width": width, "pointer-events": "stroke"})) {
    hit.setAttribute(name, value);
  }
  return hit;
}
