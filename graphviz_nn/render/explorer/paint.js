// What is in the window, as SVG. Names are text of elements, never markup.
const [picture, view] = ["picture", "view"].map(found);
// Beyond so many shapes in the window, each kind of them is one outline without names.
const SHOWN = 1500, SMALL = 7, AROUND = 0.6;

const svg = (tag, attributes, ...inside) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
};
const n = value => Math.round(value * 10) / 10;

// The way of a line to one of its heads, and its arrowhead there, if the head isn't open.
const wayTo = (level, line, head, left, top) => {
  const { rows } = level, tail = line.tail;
  let x = endsOf(level, tail, "out").get(line), y = tail.y + tail.h / 2, d = `M${n(left + x)} ${n(top + y)}`;
  const down = to => { if (to > y) { y = to; d += `V${n(top + y)}`; } };
  down(rows[tail.layer].bottom);
  for (let layer = tail.layer + 1; layer <= head.layer; layer++) {
    const isHead = layer === head.layer, next = isHead ? head : line.bends[layer - tail.layer - 1];
    const to = isHead ? endsOf(level, head, "in").get(line) : next.x, end = rows[layer].top;
    if (Math.abs(to - x) < 0.5) down(end);
    else {
      const middle = n(top + (y + end) / 2);
      d += `C${n(left + x)} ${middle} ${n(left + to)} ${middle} ${n(left + to)} ${n(top + end)}`;
      [x, y] = [to, end];
    }
    down(isHead ? head.y - head.h / 2 : rows[layer].bottom);
  }
  const isArrow = head.kind === "item" && !open.has(head.item);
  return [d, isArrow ? `M${n(left + x)} ${n(top + y)}l-3.5 -7h7z` : ""];
};

// What a region shows: frames of open blocks, shapes, and lines, each with its place.
const gather = (region, scale) => {
  const found = { frames: [], shapes: [], lines: [] };
  const isSeen = (left, top, right, bottom) =>
    right >= region.left && left <= region.right && bottom >= region.top && top <= region.bottom;
  const enter = (block, left, top) => {
    const level = levelOf(block), { rows } = level;
    for (const line of level.lines.values()) for (const [head, pairs] of line.heads) {
      const [from, to] = [rows[line.tail.layer].top, rows[head.layer].bottom];
      if (isSeen(left, top + from, left + laid.get(block).w, top + to))
        found.lines.push({ level, line, head, pairs, left, top });
    }
    for (const vertex of level.items.values()) {
      const { item, w, h } = vertex, x = left + vertex.x - w / 2, y = top + vertex.y - h / 2;
      if (!isSeen(x, y, x + w, y + h)) continue;
      const isOpen = open.has(item) && Math.max(w, h) * scale > SMALL;
      (isOpen ? found.frames : found.shapes).push({ item, x, y, w, h });
      if (isOpen) enter(item, x, y);
    }
  };
  enter(ROOT, 0, 0);
  return found;
};

const described = item => {
  const facts = factsOf(item).map(([word, what]) => `${word} ${what}`);
  return `${text("title", item)}: ${facts.join(", ")}`;
};
const attributesOf = (item, kind) => ({
  "class": `${kind} ${roleOf(item)}`, "data-item": item, tabindex: 0, "aria-label": described(item),
  ...(isBlock(item) ? { role: "button", "aria-expanded": open.has(item) } : { role: "img" }),
});
const shapeOf = ({ item, x, y, w, h }) => {
  const [title, subtitle] = labels(item), isOpen = open.has(item);
  const box = svg("rect", { width: n(w), height: n(h), rx: isBlock(item) ? 5 : roleOf(item) === "operation" ? 13 : 5 });
  const shape = svg("g", { ...attributesOf(item, "shape"), transform: `translate(${n(x)} ${n(y)})` }, box);
  if (isOpen) return shape;
  const line = (kind, said, place) => svg("text", { "class": kind, x: n(w / 2), y: place }, said);
  shape.append(line("name", title, subtitle ? 17 : 18));
  if (subtitle) shape.append(line("note", subtitle, 31));
  return shape;
};
const frameOf = ({ item, x, y, w, h }) => svg("rect", {
  "class": "frame", "data-frame": item, x: n(x), y: n(y), width: n(w), height: n(h), rx: 8,
});
const titleIn = ({ item, x, y }) => {
  const said = titleOf(item), wide = widthOf(said, `600 13px ${FONT}`) + 12;
  return svg("g", { ...attributesOf(item, "title"), transform: `translate(${n(x + 4)} ${n(y + 3)})` },
    svg("rect", { width: n(wide), height: 20, rx: 4 }), svg("text", { x: 6, y: 15 }, said));
};
const outlined = shapes => {
  const paths = new Map();
  for (const { item, x, y, w, h } of shapes)
    paths.set(roleOf(item), `${paths.get(roleOf(item)) ?? ""}M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}z`);
  return [...paths].map(([role, d]) => svg("path", { "class": `shape many ${role}`, d }));
};

let drawn = null;
const regionOf = margin => {
  const { width, height } = main.frame(), { x, y, scale } = main.at;
  const [w, h] = [width / scale, height / scale];
  return {
    left: -x / scale - margin * w, right: -x / scale + (1 + margin) * w,
    top: -y / scale - margin * h, bottom: -y / scale + (1 + margin) * h,
  };
};
const paint = () => {
  layout(ROOT);
  const region = regionOf(AROUND), { scale } = main.at, focused = document.activeElement?.dataset?.item;
  const { frames, shapes, lines } = gather(region, scale);
  const isMany = shapes.length > SHOWN;
  const ways = lines.map(({ level, line, head, left, top }) => wayTo(level, line, head, left, top));
  const drawnLines = isMany
    ? [svg("path", { "class": "line", d: ways.map(([d]) => d).join("") })]
    : ways.map(([d, tip]) => svg("g", { "class": "line" }, svg("path", { d }), ...tip ? [svg("path", { "class": "tip", d: tip })] : []));
  const drawnShapes = isMany ? outlined(shapes) : shapes.map(shapeOf);
  const titles = frames.filter(({ w }) => w * scale > 30).map(titleIn);
  // In the order of the computation, which is that of the keyboard.
  const order = [...isMany ? [] : drawnShapes, ...titles].sort((one, other) =>
    firstOf(+one.dataset.item) - firstOf(+other.dataset.item) || other.dataset.item - one.dataset.item);
  view.replaceChildren(...frames.map(frameOf), ...drawnLines, ...isMany ? drawnShapes : [], ...order);
  drawn = { region, scale, lines, drawnLines, frames, shapes, order, isMany };
  if (focused !== undefined) view.querySelector(`[data-item="${focused}"]`)?.focus({ preventScroll: true });
  mark();
  drawMap();
};
// Paint again when the window shows what isn't painted.
const repaint = () => {
  if (!drawn) return;
  const seen = regionOf(0), { region, scale } = drawn;
  const isOut = seen.left < region.left || seen.right > region.right || seen.top < region.top || seen.bottom > region.bottom;
  if (isOut || main.at.scale > 1.5 * scale || main.at.scale < scale / 1.5) paint();
};
let isWaiting = false;
const moved = () => {
  tip.place();
  frameMap();
  remember();
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => { isWaiting = false; repaint(); });
};

// Where an item is; of one in a closed block, where that is.
const boxOf = item => {
  layout(ROOT);
  let [x, y] = [0, 0], box = { item: ROOT, x, y, ...laid.get(ROOT) };
  for (const each of pathOf(item).slice(1)) {
    const { w, h, ...vertex } = levelOf(parentOf(each)).items.get(each);
    [x, y] = [x + vertex.x - w / 2, y + vertex.y - h / 2];
    box = { item: each, x, y, w, h };
    if (!open.has(each)) break;
  }
  return box;
};
