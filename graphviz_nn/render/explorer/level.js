// What is in a block, in layers: its items, the values that enter and leave it, and the lines between them. That depends
// on the model alone, so nothing changes its place among others when something opens.

// A block that gives more values than that gives them on one line.
const BUNDLE = 6, SWEEPS = 8;
const levels = new Map();

const exits = new Map();
const exitsOf = block => {
  if (!exits.has(block)) {
    const found = [], end = endOf(block);
    for (let node = firstOf(block); node < end; node++) if (users[node].at(-1) >= end) found.push(node);
    exits.set(block, found);
  }
  return exits.get(block);
};
const exitKey = (item, node) => isBlock(item) && exitsOf(item).length > BUNDLE ? -1 : node;

class Level {
  constructor(block) {
    this.block = block;
    this.outer = block === ROOT ? null : levelOf(parentOf(block));
    this.items = new Map();
    this.ports = new Map();
    this.lines = new Map();
    this.vertices = [];
    for (const item of kidsOf(block)) this.items.set(item, this.vertex("item", item));
    this.connect();
    this.layer();
    this.bend();
    this.sort();
  }

  vertex(kind, item, line = null) {
    const found = { kind, item, line, number: this.vertices.length, layer: 0, x: 0, w: 0, h: 0, ups: [], downs: [] };
    this.vertices.push(found);
    return found;
  }

  of(node) {
    let item = node;
    while (parentOf(item) !== this.block) item = parentOf(item);
    return this.items.get(item);
  }

  port(kind, key, line) {
    const name = `${kind} ${key}`;
    if (!this.ports.has(name)) this.ports.set(name, this.vertex(kind, -1, line));
    return this.ports.get(name);
  }

  // The line that carries the result of a node, whether it is inside or comes from outside.
  carrying(node) {
    let tail, key;
    if (node >= firstOf(this.block)) {
      tail = this.of(node);
      key = exitKey(tail.item, node);
    } else {
      const line = this.outer.carrying(node);
      tail = this.port("in", line.number, line);
      key = 0;
    }
    const name = `${tail.number} ${key}`;
    if (!this.lines.has(name))
      this.lines.set(name, { number: this.lines.size, tail, key, heads: new Map(), block: this.block, bends: [] });
    return this.lines.get(name);
  }

  join(line, head, given, user) {
    if (!line.heads.has(head)) line.heads.set(head, []);
    line.heads.get(head).push(given, user);
  }

  connect() {
    const end = endOf(this.block);
    for (let node = firstOf(this.block); node < end; node++) {
      const head = this.of(node);
      for (const given of nodes.given[node]) {
        if (given >= firstOf(this.block) && this.of(given) === head) continue;
        this.join(this.carrying(given), head, given, node);
      }
    }
    if (this.block === ROOT) return;
    for (const node of exitsOf(this.block)) {
      const out = this.port("out", exitKey(this.block, node), null);
      out.key = exitKey(this.block, node);
      this.join(this.carrying(node), out, node, -1);
    }
  }

  // Each vertex is a layer after the last that leads to it; what nothing leads to is right before what it leads to.
  layer() {
    const ports = this.vertices.filter(each => each.kind === "in");
    const rest = this.vertices.filter(each => each.kind === "item");
    const start = ports.length ? 1 : 0;
    const from = new Map(this.vertices.map(each => [each, []])), needs = new Map(this.vertices.map(each => [each, 0]));
    for (const line of this.lines.values()) for (const head of line.heads.keys()) {
      from.get(line.tail).push(head);
      needs.set(head, needs.get(head) + 1);
    }
    for (const each of rest) each.layer = start;
    const isSource = new Map(rest.map(each => [each, !needs.get(each)]));
    const ready = [...ports, ...rest.filter(each => isSource.get(each))];
    for (let place = 0; place < ready.length; place++) for (const head of from.get(ready[place])) {
      head.layer = Math.max(head.layer, ready[place].layer + 1);
      needs.set(head, needs.get(head) - 1);
      if (!needs.get(head)) ready.push(head);
    }
    const last = Math.max(start, ...rest.map(each => each.layer)) + 1;
    for (const each of this.vertices) if (each.kind === "out") each.layer = last;
    for (const each of rest) if (isSource.get(each) && from.get(each).length)
      each.layer = Math.min(...from.get(each).map(head => head.layer)) - 1;
    this.layers = Array.from({ length: 1 + Math.max(0, ...this.vertices.map(each => each.layer)) }, () => []);
  }

  // A line bends in each layer that it passes.
  bend() {
    for (const line of this.lines.values()) {
      const last = Math.max(...[...line.heads.keys()].map(each => each.layer));
      let before = line.tail;
      const lead = (up, down) => { up.downs.push({ vertex: down, line }); down.ups.push({ vertex: up, line }); };
      for (let layer = line.tail.layer + 1; layer < last; layer++) {
        const bend = this.vertex("bend", -1, line);
        bend.layer = layer;
        line.bends.push(bend);
        lead(before, bend);
        before = bend;
      }
      for (const head of line.heads.keys()) lead(this.before(line, head), head);
    }
  }

  before(line, head) {
    const bends = head.layer - line.tail.layer - 1;
    return bends ? line.bends[bends - 1] : line.tail;
  }

  // The order of each layer: by the mean place of what leads there, then of where it leads, with the fewest crossings.
  sort() {
    const rank = each => each.kind === "bend" ? each.line.tail.number + 0.5 : each.number;
    for (const each of this.vertices) this.layers[each.layer].push(each);
    for (const layer of this.layers) layer.sort((one, other) => rank(one) - rank(other) || one.number - other.number);
    if (this.outer) this.layers[0].sort((one, other) => this.entry(one) - this.entry(other));
    const number = () => { for (const layer of this.layers) layer.forEach((each, place) => { each.order = place; }); };
    number();
    let best = this.layers.map(layer => [...layer]), least = this.crossings();
    for (let sweep = 0; sweep < SWEEPS && least; sweep++) {
      const side = sweep % 2 ? "downs" : "ups", places = this.layers.map((_, place) => place);
      for (const place of sweep % 2 ? places.reverse() : places) {
        if (!place && this.outer) continue;
        for (const each of this.layers[place]) each.mean = each[side].length
          ? each[side].reduce((sum, { vertex }) => sum + vertex.order, 0) / each[side].length : each.order;
        this.layers[place].sort((one, other) => one.mean - other.mean || one.order - other.order);
        this.layers[place].forEach((each, order) => { each.order = order; });
      }
      const found = this.crossings();
      if (found < least) [best, least] = [this.layers.map(layer => [...layer]), found];
    }
    this.layers = best;
    number();
  }

  // Where a value enters, from left to right.
  entry(port) {
    const { line } = port, head = this.outer.items.get(this.block);
    return this.outer.before(line, head).order + line.number / 1e6;
  }

  crossings() {
    let count = 0;
    for (const layer of this.layers) {
      const ends = layer.flatMap(each => each.downs.map(({ vertex }) => vertex.order).sort((a, b) => a - b));
      const size = 1 + Math.max(0, ...ends), tree = new Int32Array(size + 1);
      ends.forEach((end, before) => {
        let upTo = 0;
        for (let place = end + 1; place > 0; place -= place & -place) upTo += tree[place];
        count += before - upTo;
        for (let place = end + 1; place <= size; place += place & -place) tree[place]++;
      });
    }
    return count;
  }
}

const levelOf = block => {
  if (!levels.has(block)) levels.set(block, new Level(block));
  return levels.get(block);
};
