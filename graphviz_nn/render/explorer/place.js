// The positions of what is in open blocks, from the inside out. Lengths are in px at a scale of 1.
// What stands in a row gives way to what is firmer: a step that something leads to, then a rail, then the others.
const FIRM = [0.02, 1, 50];
const rankOf = vertex => vertex.kind === "bend" ? 1 : vertex.kind === "item" && !vertex.ups.length ? 0 : 2;
const GAP = { layer: 34, item: 26, line: 12, title: 26, inside: 16 };
const open = new Set([ROOT]);
const laid = new Map();
const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();
const widthOf = (said, font) => {
  const key = font + said;
  if (!widths.has(key)) { ruler.font = font; widths.set(key, ruler.measureText(said).width); }
  return widths.get(key);
};
const FONT = "system-ui, \"Segoe UI\", \"Helvetica Neue\", Arial, sans-serif";
const short = said => said.length > 34 ? `${said.slice(0, 33)}…` : said;
const labels = item => [short(text("title", item)), short(subtitleOf(item))];

const sizeOf = item => {
  if (open.has(item)) return layout(item);
  const [title, subtitle] = labels(item);
  const width = Math.max(widthOf(title, `600 13px ${FONT}`), widthOf(subtitle, `11px ${FONT}`));
  return { w: Math.round(Math.max(56, width + 24)), h: subtitle ? 40 : 28 };
};

// The values nearest to those wanted, in order and as far apart as they must be: pools of neighbours that would overlap
// take the mean of what their members want.
const spread = (wanted, gaps, weights) => {
  const pools = [];
  let shift = 0;
  wanted.forEach((each, place) => {
    shift += place ? gaps[place - 1] : 0;
    let pool = { sum: (each - shift) * weights[place], weight: weights[place], size: 1 };
    while (pools.length && pools.at(-1).sum / pools.at(-1).weight > pool.sum / pool.weight) {
      const last = pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, size: last.size + pool.size };
    }
    pools.push(pool);
  });
  const values = [];
  shift = 0;
  for (const pool of pools) for (let rest = pool.size; rest; rest--) {
    shift += values.length ? gaps[values.length - 1] : 0;
    values.push(pool.sum / pool.weight + shift);
  }
  return values;
};

// Where a line ends at a vertex, from its middle: at the port inside of an open block.
const portAt = (vertex, line, side) => {
  if (vertex.kind !== "item" || !open.has(vertex.item)) return 0;
  const inside = levelOf(vertex.item), size = laid.get(vertex.item);
  const port = side === "in" ? inside.ports.get(`in ${line.number}`) : inside.ports.get(`out ${line.key}`);
  return port ? port.x - size.w / 2 : 0;
};

const layout = block => {
  if (laid.has(block)) return laid.get(block);
  const level = levelOf(block), size = { w: 0, h: 0 };
  for (const each of level.vertices) if (each.kind === "item") Object.assign(each, sizeOf(each.item));
  const gap = (one, other) => (one.w + other.w) / 2
    + (one.kind === "item" && other.kind === "item" ? GAP.item : one.kind === other.kind ? GAP.line : 18);
  const gaps = level.layers.map(layer => layer.slice(1).map((each, place) => gap(layer[place], each)));
  level.layers.forEach((layer, row) => layer.forEach((each, place) => {
    each.x = place ? layer[place - 1].x + gaps[row][place - 1] : 0;
  }));
  // Steps stand straight below what leads to them, a rail beside them is straight too and bends at its ends, and what
  // nothing leads to, such as a weight, stands beside.
  const settle = (row, sides) => {
    const wanted = [], weights = [];
    for (const each of level.layers[row]) {
      const near = sides.flatMap(side => each[side].map(({ vertex, line }) => ({ side, vertex, line })));
      const alike = near.filter(({ vertex }) => rankOf(vertex) === rankOf(each));
      const taken = [alike, near.filter(({ vertex }) => rankOf(vertex)), near].find(some => some.length) ?? [];
      const sum = taken.reduce((sum, { side, vertex, line }) => {
        const [here, there] = side === "ups" ? ["in", "out"] : ["out", "in"];
        return sum + vertex.x + portAt(vertex, line, there) - portAt(each, line, here);
      }, 0);
      wanted.push(taken.length ? sum / taken.length : each.x);
      weights.push((taken.length || 0.1) * FIRM[rankOf(each)]);
    }
    spread(wanted, gaps[row], weights).forEach((x, place) => { level.layers[row][place].x = x; });
  };
  const down = level.layers.map((_, row) => row), up = [...down].reverse();
  for (const [rows, sides] of [[down, ["ups"]], [up, ["downs"]], [down, ["ups"]], [up, ["downs"]],
    [down, ["ups", "downs"]], [up, ["ups", "downs"]], [down, ["ups", "downs"]]])
    for (const row of rows) settle(row, sides);
  straighten(level, gaps);
  across(level, block, size);
  along(level, block, size);
  laid.set(block, size);
  return size;
};

// A rail is straight, as far out as it is anywhere.
const straighten = (level, gaps) => {
  const wanted = new Map();
  for (const { bends, tail } of level.lines.values()) {
    const xs = bends.map(each => each.x), isRight = xs.reduce((sum, x) => sum + x - tail.x, 0) > 0;
    for (const each of bends) wanted.set(each, isRight ? Math.max(...xs) : Math.min(...xs));
  }
  level.layers.forEach((layer, row) => {
    const weights = layer.map(each => FIRM[rankOf(each)]);
    const places = spread(layer.map(each => wanted.get(each) ?? each.x), gaps[row], weights);
    places.forEach((x, place) => { layer[place].x = x; });
  });
};

const across = (level, block, size) => {
  let low = Infinity, high = -Infinity;
  for (const each of level.vertices) {
    low = Math.min(low, each.x - each.w / 2);
    high = Math.max(high, each.x + each.w / 2);
  }
  const title = block === ROOT ? 0 : widthOf(titleOf(block), `600 13px ${FONT}`) + 24;
  size.w = Math.max(high - low + 2 * GAP.inside, title);
  const shift = (size.w - high + low) / 2 - low;
  for (const each of level.vertices) each.x += shift;
};

// The rows of layers, further apart where lines lead far to the side.
const along = (level, block, size) => {
  let y = block === ROOT ? GAP.inside : 0;
  level.rows = level.layers.map((layer, row) => {
    const far = Math.max(0, ...layer.flatMap(each => each.ups.map(({ vertex }) => Math.abs(vertex.x - each.x))));
    const isPorts = layer.length && layer.every(each => each.kind === "out");
    if (row) y += Math.min(90, (isPorts || (row === 1 && block !== ROOT) ? GAP.inside : GAP.layer) + far * 0.06);
    // What enters a block passes its title.
    const isEntry = !row && block !== ROOT;
    if (isEntry && layer.some(each => each.kind !== "in")) y = GAP.title;
    const top = y, height = Math.max(0, ...layer.map(each => each.h));
    y = Math.max(y + height, isEntry ? GAP.title : 0);
    for (const each of layer) each.y = top + height / 2;
    return { top, bottom: y };
  });
  const isOut = level.layers.at(-1)?.length && level.layers.at(-1).every(each => each.kind === "out");
  size.h = y + (isOut ? 0 : GAP.inside);
  level.ends = new Map();
};

// Where lines leave and reach what isn't open: straight below where they come from, if there is room; several of them
// beside each other. One line leaves in the middle.
const ends = (level, vertex, side) => {
  const known = new Map(), lines = new Map();
  for (const { vertex: other, line } of side === "out" ? vertex.downs : vertex.ups) {
    const x = side === "in" ? endsOf(level, other, "out").get(line) : other.x + portAt(other, line, "in");
    if (!lines.has(line)) lines.set(line, []);
    lines.get(line).push(x);
  }
  if (vertex.kind !== "item" || open.has(vertex.item)) {
    for (const line of lines.keys()) known.set(line, vertex.x + portAt(vertex, line, side));
    return known;
  }
  const room = vertex.w / 2 - 10, order = [...lines].map(([line, xs]) => [line, xs.reduce((a, b) => a + b) / xs.length]);
  order.sort((one, other) => one[1] - other[1] || one[0].number - other[0].number);
  const clamp = x => side === "out" && order.length === 1 ? 0 : Math.min(room, Math.max(-room, x - vertex.x));
  const apart = order.length > 1 ? Math.min(12, 2 * room / (order.length - 1)) : 0;
  const places = spread(order.map(each => clamp(each[1])), order.slice(1).map(() => apart), order.map(() => 1));
  const slip = places.length ? Math.max(0, -room - places[0]) - Math.max(0, places.at(-1) - room) : 0;
  order.forEach(([line], place) => known.set(line, vertex.x + places[place] + slip));
  return known;
};
const endsOf = (level, vertex, side) => {
  const key = `${side} ${vertex.number}`;
  if (!level.ends.has(key)) level.ends.set(key, ends(level, vertex, side));
  return level.ends.get(key);
};

const titleOf = block => {
  const kind = text("kind", block);
  return short(text("title", block)) + (kind ? ` · ${short(kind)}` : "");
};

// Open or close a block; only what is around it is laid out again.
const setOpen = (block, isOpen) => {
  if (block === ROOT || !isBlock(block)) return;
  if (isOpen) open.add(block); else open.delete(block);
  for (const each of pathOf(block)) laid.delete(each);
};
const setAll = isOpen => {
  open.clear();
  open.add(ROOT);
  if (isOpen) for (let block = ROOT + 1; block < ALL; block++) open.add(block);
  laid.clear();
};
