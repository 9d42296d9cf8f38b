// The loss, the gradient and the predictions of a model, by the programs that were emitted with it.

class Broken extends Error {}

const allFinite = (a) => {
  // A sum is finite only if every entry is.
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i];
  return total - total === 0 || a.every((x) => x - x === 0);
};

const KINDS = { Float64Array, Float32Array, Int32Array, Int16Array, Int8Array, Uint32Array, Uint16Array, Uint8Array };

// An array in messages as a typed array.
const arrayOf = ({ kind, base64, as = kind }) => {
  const array = new KINDS[kind](Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
  return as === kind ? array : KINDS[as].from(array);
};

class Program {
  constructor(make, told) {
    this.told = told;
    this.run = make(...told.constants.map(arrayOf));
    this.fixed = told.leaves.map((leaf) => (leaf.value ? arrayOf(leaf.value) : null));
  }

  // The outputs from arrays by name; random leaves are at their means, or drawn at a moment.
  found(known, moment, seen) {
    const given = this.told.leaves.map((leaf, i) => {
      if (leaf.draw) return drawn(leaf, moment);
      const array = known[leaf.name] ?? this.fixed[i];
      return array.constructor.name === leaf.kind ? array : KINDS[leaf.kind].from(array);
    });
    return this.run(given, seen);
  }

  // The operation that first gives a number that isn't finite.
  culprit(known, moment) {
    let first = null;
    this.found(known, moment, (line, array) => {
      if (first === null && !array.every((x) => x - x === 0)) first = line;
    });
    return first === null ? "" : (this.told.lines[first] ?? "");
  }
}

// The numbers of a random leaf: those of NumPy at a moment, or their means.
const drawn = ({ kind, size, draw }, moment) => {
  const { distribution, seed, probability, whole, at } = draw;
  const mean = distribution === "uniform" ? 0.5 : probability;
  if (!moment) return new KINDS[kind](size).fill(mean);
  const random = new Random(...seed, ...moment);
  const next = () => (distribution === "uniform" ? random.number() : random.number() < probability ? 1 : 0);
  return KINDS[kind].from({ length: size }, () => {
    if (whole === 1) return next();
    const all = Array.from({ length: whole }, next);
    return all[at];
  });
};

const PROGRAMS_OF = (told) => {
  const made = new Map();
  return (number) => {
    if (!made.has(number)) made.set(number, new Program(PROGRAMS[told.programs[number].source], told.programs[number]));
    return made.get(number);
  };
};

const argmax = (row) => {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i] > row[best] || (row[i] !== row[i] && row[best] === row[best])) best = i;
  return best;
};

// The class that a prediction means, by the encoding of the targets.
const CLASS_OF = {
  "one-hot": argmax,
  "zero-one": ([p]) => (p > 0.5 ? 1 : 0),
  "zero-one of logits": ([z]) => (z > 0 ? 1 : 0),
  signs: ([score]) => (score > 0 ? 1 : 0),
  numbers: (row) => (row.length > 1 ? argmax(row) : rint(row[0])),
};

class Objective {
  constructor(told, part, program) {
    Object.assign(this, { told, part, program, count: part.count });
    this.arrays = Object.fromEntries(Object.entries(part.arrays).map(([name, array]) => [name, arrayOf(array)]));
    this.order = [null, null];
  }

  // The parameters by name, as views of the vector.
  views(vector) {
    let from = 0;
    return Object.fromEntries(
      this.told.layout.map(([name, shape]) => {
        const size = shape.reduce((a, b) => a * b, 1);
        from += size;
        return [name, vector.subarray(from - size, from)];
      }),
    );
  }

  // Loss, accuracy and classes over all examples.
  measured(vector, moment = null) {
    const program = this.program(this.part.loss);
    const known = { ...this.arrays, ...this.views(vector) };
    const [loss, prediction] = program.found(known, moment);
    if (!allFinite(loss)) throw new Broken(program.culprit(known, moment));
    const read = CLASS_OF[this.told.encoding];
    if (!read) return { loss: loss[0], accuracy: null, classes: null };
    const width = program.told.outputs[1].size / this.count;
    const classes = Array.from({ length: this.count }, (_, i) => read(prediction.subarray(i * width, (i + 1) * width)));
    const right = classes.filter((found, i) => found === this.part.classes[i]).length;
    return { loss: loss[0], accuracy: right / this.count, classes };
  }

  // The gradient as one vector, over all examples, or some places of an order of them.
  gradient(vector, batch, moment) {
    const size = batch ? batch.stop - batch.start : this.count;
    const program = this.program(this.told.gradients[size]);
    const known = { ...this.views(vector), ...(batch ? this.rows(batch) : this.arrays) };
    const parts = program.found(known, moment);
    const found = new Float64Array(vector.length);
    let at = 0;
    for (const part of parts) {
      found.set(part, at);
      at += part.length;
    }
    if (!allFinite(found)) throw new Broken(program.culprit(known, moment));
    return found;
  }

  rows({ order, start, stop }) {
    if (this.order[0] !== order) {
      const arranged = (array) => {
        const width = array.length / this.count;
        const found = new array.constructor(array.length);
        order.forEach((from, to) => found.set(array.subarray(from * width, (from + 1) * width), to * width));
        return found;
      };
      const all = Object.entries(this.arrays).map(([name, array]) => [name, arranged(array)]);
      this.order = [order, Object.fromEntries(all)];
    }
    const part = (array) => {
      const width = array.length / this.count;
      return array.subarray(start * width, stop * width);
    };
    return Object.fromEntries(Object.entries(this.order[1]).map(([name, array]) => [name, part(array)]));
  }
}
