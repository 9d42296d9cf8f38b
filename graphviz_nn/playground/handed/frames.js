// What the page shows of a training at one step.

const shade = (share) => (share === share ? Math.max(0, Math.min(255, share * 255 + 0.5)) : 128);

class Frames {
  constructor(told, train, test, program) {
    Object.assign(this, { told, train, test, program });
    this.grids = new Map();
  }

  // The inputs at each point of the plane, from the top row on.
  grid(points) {
    if (this.grids.has(points)) return this.grids.get(points);
    const { low, high } = this.told.plane;
    const at = (axis, i) => low[axis] + ((high[axis] - low[axis]) * i) / (points - 1);
    const columns = [
      Float64Array.from({ length: points ** 2 }, (_, k) => at(0, k % points)),
      Float64Array.from({ length: points ** 2 }, (_, k) => at(1, points - 1 - Math.floor(k / points))),
    ];
    const feeds = Object.entries(this.told.plane.feeds).map(([name, taken]) => [
      name,
      Float64Array.from({ length: taken.length * points ** 2 }, (_, k) => columns[taken[k % taken.length]][Math.floor(k / taken.length)]),
    ]);
    this.grids.set(points, Object.fromEntries(feeds));
    return this.grids.get(points);
  }

  plane(known) {
    const { points, program, shows, range } = this.told.plane;
    const made = this.program(program);
    const [found] = made.found({ ...known, ...this.grid(points) }, null);
    const width = made.told.outputs[0].size / points ** 2;
    const rows = (act) => Uint8Array.from({ length: points ** 2 }, (_, i) => act(found.subarray(i * width, (i + 1) * width)));
    const shape = [points, points];
    if (shows === "classes") return { data: rows(CLASS_OF[this.told.encoding]), shape };
    if (shows === "numbers") return { data: rows(([y]) => shade((y - range[0]) / (range[1] - range[0]))), shape };
    return { data: rows((row) => shade(SECOND[this.told.encoding](row))), shape };
  }

  units(known) {
    const { program, points, variables } = this.told.units;
    const grid = this.grid(points);
    const given = program === null ? [] : this.program(program).found({ ...known, ...grid }, null);
    const count = points ** 2;
    const found = variables.map(({ name, units, place, scale }) => {
      const values = place === null ? grid[name] : given[place];
      const most = new Float64Array(units);
      for (let i = 0; i < values.length; i++) most[i % units] = Math.max(most[i % units], Math.abs(values[i]));
      const whole = most.reduce((a, b) => Math.max(a, b), 0);
      const sizes = most.map((own) => (scale === "one" ? 1 : scale === "own" ? own : whole));
      const data = new Uint8Array(units * count);
      for (let u = 0; u < units; u++) {
        const size = sizes[u] > 0 && sizes[u] < Infinity ? sizes[u] : 1;
        for (let i = 0; i < count; i++) data[u * count + i] = shade(0.5 + (0.5 * values[i * units + u]) / size);
      }
      return [name, { data, shape: [units, points, points] }];
    });
    return Object.fromEntries(found);
  }

  // The parameters, and the data of one example.
  fed(vector, [of, index]) {
    const part = of === "train" ? this.train : this.test;
    const rows = Object.entries(part.arrays).map(([name, array]) => {
      const width = array.length / part.count;
      return [name, array.subarray(index * width, (index + 1) * width)];
    });
    return { ...part.views(vector), ...Object.fromEntries(rows) };
  }

  // One step of the walk through an example.
  walk(vector, picked, view, at) {
    const { program, stops } = this.told.walks[view];
    const place = Math.max(0, Math.min(stops.length - 1, Math.floor(at) || 0));
    const { numbers, result, formula, ...stop } = stops[place];
    const made = this.program(program);
    const found = made.found(this.fed(vector, picked), null);
    const shaped = (each) => ({ data: Float64Array.from(found[each]), shape: made.told.outputs[each].shape });
    return {
      ...stop,
      count: stops.length,
      at: place,
      formula: result === null ? formula : `${formula} = ${worded(shaped(result))}`,
      numbers: Object.fromEntries(Object.entries(numbers).map(([name, each]) => [name, shaped(each)])),
    };
  }

  // The values and gradients of one example, of what a view draws; its loss, target and prediction.
  numbers(vector, picked, view) {
    const [of, index] = picked;
    const part = of === "train" ? this.train : this.test;
    const known = this.fed(vector, picked);
    const { program, prediction, views } = this.told.example;
    const found = this.program(program).found(known, null);
    const { encoding, classes } = this.told;
    const row = prediction === null ? null : [...found[prediction]];
    const predicted = row === null ? null : encoding ? classes[CLASS_OF[encoding](row)] : row;
    const target = encoding ? classes[part.part.classes[index]] : part.part.targets[index];
    const example = { of, index, loss: found[0][0], target, prediction: predicted };
    return { ...(views[view] ? this.drawn(known, views[view]) : {}), example };
  }

  // The values and gradients of what a view draws.
  drawn(known, { program, values, gradients }) {
    const made = this.program(program);
    const found = made.found(known, null);
    const shaped = (place) => ({ data: Float32Array.from(found[place]), shape: made.told.outputs[place].shape });
    const named = (places) => Object.fromEntries(Object.entries(places).map(([name, place]) => [name, shaped(place)]));
    return { values: named(values), gradients: named(gradients) };
  }

  confusion(part, classes) {
    const count = this.told.classes.length;
    const data = new Float32Array(count ** 2);
    classes.forEach((found, i) => data[part.part.classes[i] * count + found]++);
    return { data, shape: [count, count] };
  }

  // The passes over the data so far; a pass that a change of the batch size ended counts by its share.
  epoch(course) {
    const { count } = this.train;
    const changes = course.changes.filter(([step, what]) => what === "batch_size" && step < course.step);
    const ends = [[0, course.start.batch_size], ...changes.map(([step, , size]) => [step, size])];
    return ends.reduce((passes, [from, size], i) => {
      const to = ends[i + 1]?.[0] ?? course.step;
      return passes + (to - from) / Math.ceil(count / Math.min(size, count));
    }, 0);
  }

  frame(course, picked, view) {
    const vector = course.state.parameters;
    const moment = [course.seed, course.step];
    const here = this.train.measured(vector, moment);
    const there = this.test?.measured(vector) ?? null;
    const gradient = this.train.views(this.train.gradient(vector, null, moment));
    const parameters = this.train.views(vector);
    const shaped = this.told.layout.map(([name, shape]) => [name, { data: Float32Array.from(parameters[name]), shape }]);
    const norm = (a) => Math.sqrt(a.reduce((total, x) => total + x * x, 0));
    const judged = there ? [this.test, there.classes] : [this.train, here.classes];
    return {
      step: course.step,
      epoch: this.epoch(course),
      loss: here.loss,
      test_loss: there?.loss ?? null,
      accuracy: here.accuracy,
      test_accuracy: there?.accuracy ?? null,
      parameters: Object.fromEntries(shaped),
      norms: Object.fromEntries(this.told.layout.map(([name]) => [name, norm(gradient[name])])),
      ...(this.told.plane ? { plane: this.plane(parameters), units: this.units(parameters) } : {}),
      ...(judged[1] ? { confusion: this.confusion(...judged) } : {}),
      ...(picked ? this.numbers(vector, picked, view) : {}),
    };
  }
}

// An array in a formula: its rows, with three digits.
const worded = ({ data, shape }) => {
  const texts = Array.from(data, (x) => String(Number(x.toPrecision(3))).replace("-", "\u2212"));
  if (!shape.length) return texts[0];
  if (shape.length === 1) return `(${texts.join(", ")})`;
  const width = shape[shape.length - 1];
  const rows = Array.from({ length: texts.length / width }, (_, i) => texts.slice(i * width, (i + 1) * width).join(", "));
  return `[${rows.join("; ")}]`;
};

const logistic = (z) => 1 / (1 + Math.exp(-z));
// The share of the second of two classes in a prediction.
const SECOND = {
  "one-hot": ([a, b]) => (a >= 0 && b >= 0 && Math.abs(a + b - 1) < 1e-5 ? b : logistic(b - a)),
  "zero-one": ([p]) => p,
  "zero-one of logits": ([z]) => logistic(z),
  signs: ([score]) => (1 + score) / 2,
  numbers: (row) => (row.length > 1 ? logistic(row[1] - row[0]) : row[0]),
};
