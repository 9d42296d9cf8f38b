// The steps of a training, at one of them: forward, back, and changed on the way.

const ROOM = 16_000_000;
const MOST = 1000;
// A step that makes the parameters this many times as large (1 added) is too long.
const FAR = 1e4;

// States by step: the latest, and others evenly spaced.
class Past {
  constructor() {
    Object.assign(this, { latest: new Map(), spaced: new Map(), every: 1 });
  }

  keep(state) {
    const size = 200 + 8 * (state.parameters.length + state.memory.length);
    const most = Math.max(1, Math.min(MOST, Math.floor(ROOM / size)));
    this.latest.delete(state.step);
    this.latest.set(state.step, state);
    if (this.latest.size > most) this.latest.delete(this.latest.keys().next().value);
    if (state.step % this.every) return;
    this.spaced.set(state.step, state);
    while (this.spaced.size > most + 1) {
      this.every *= 2;
      for (const step of [...this.spaced.keys()]) if (step % this.every) this.spaced.delete(step);
    }
  }

  before(step) {
    const known = [...this.latest.keys(), ...this.spaced.keys()].filter((each) => each <= step);
    const found = Math.max(0, ...known);
    return this.latest.get(found) ?? this.spaced.get(found);
  }

  forget(step) {
    for (const kept of [this.latest, this.spaced]) for (const each of [...kept.keys()]) if (each > step) kept.delete(each);
  }
}

class Stopped extends Error {
  constructor(step, what, operation) {
    super(what);
    Object.assign(this, { step, operation });
  }

  said() {
    return { what: this.message, step: this.step, operation: this.operation };
  }
}

const PENALTIES = { none: [0, 0], l1: [1, 0], l2: [0, 1] };
const COURSE = ["rate", "batch_size", "regularisation", "regularisation_rate"];

class Course {
  constructor(told, objective, page) {
    Object.assign(this, { told, objective, changes: page.changes, past: new Past(), good: 0 });
    this.start = Object.fromEntries(COURSE.map((name) => [name, page[name]]));
    Object.assign(this, { seed: page.seed, optimizer: page.optimizer, order: [-1, null] });
    const parameters = arrayOf(told.start);
    const memory = new Float64Array(OPTIMIZERS[this.optimizer][0] * parameters.length);
    this.state = { step: 0, parameters, memory };
    this.arrive();
  }

  get step() {
    return this.state.step;
  }

  // The fields that can change while training, at the current step.
  get options() {
    const found = { ...this.start };
    for (const [step, what, value] of this.changes) if (step <= this.step && what in found) found[what] = value;
    return found;
  }

  // The examples of a step: all (null), or in each pass every example once, in random order.
  batch(step, wanted) {
    const { count } = this.objective;
    const size = Math.min(wanted, count);
    if (size >= count) return null;
    const pass = Math.floor(step / Math.ceil(count / size));
    const place = step % Math.ceil(count / size);
    if (this.order[0] !== pass) this.order = [pass, new Random(this.seed, pass).permutation(count)];
    return { order: this.order[1], start: place * size, stop: Math.min((place + 1) * size, count) };
  }

  restOfThePass() {
    const { count } = this.objective;
    const whole = Math.ceil(count / Math.min(this.options.batch_size, count));
    return whole - (this.step % whole);
  }

  forward() {
    const { step, parameters, memory } = this.state;
    const { rate, batch_size: size, regularisation, regularisation_rate: weight } = this.options;
    let gradient;
    try {
      gradient = this.objective.gradient(parameters, this.batch(step, size), [this.seed, step]);
    } catch (error) {
      throw this.broken(step, rate, error);
    }
    const [l1, l2] = PENALTIES[regularisation].map((share) => share * weight);
    if (l2) gradient = each(gradient, (g, i) => g + 2 * l2 * parameters[i]);
    if (l1) gradient = each(gradient, (g, i) => g + l1 * Math.sign(parameters[i]));
    const [direction, next] = OPTIMIZERS[this.optimizer][1](gradient, memory, step + 1);
    const after = each(direction, (d, i) => parameters[i] - d * rate);
    this.state = { step: step + 1, parameters: after, memory: next };
    this.arrive();
    const square = (a) => a.reduce((total, x) => total + x * x, 0);
    if (!(square(after) <= FAR ** 2 * (1 + square(parameters)))) throw this.far(step + 1, rate);
    if (this.good === step) this.good = step + 1;
  }

  broken(step, rate, error) {
    if (!(error instanceof Broken)) return error;
    const what = `step ${step}: ${error.message || "the sum of the gradient"} gives a number that isn't finite; the rate is ${rate}`;
    return new Stopped(step, what, error.message);
  }

  far(step, rate) {
    const sizes = Object.entries(this.objective.views(this.state.parameters));
    const [name, most] = sizes
      .map(([each, values]) => [each, values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)])
      .reduce((a, b) => (b[1] > a[1] ? b : a));
    const user = this.told.users[name];
    const what = `step ${step} moved ${name}, which ${user} uses, to ${most.toPrecision(3)}: the rate of ${rate} is too large`;
    return new Stopped(step, what, user);
  }

  // Arrive at a step, where weights may have been changed by hand.
  arrive() {
    for (const [step, what, value] of this.changes) if (step === this.step && what === "edit") this.edit(value);
    this.past.keep(this.state);
  }

  edit([name, index, value]) {
    const parameters = this.state.parameters.slice();
    const shape = this.told.layout.find(([each]) => each === name)[1];
    this.objective.views(parameters)[name][index.reduce((at, i, axis) => at * shape[axis] + i, 0)] = value;
    this.state = { ...this.state, parameters };
  }

  seek(step) {
    if (step < this.step) {
      this.state = this.past.before(step);
      this.good = Math.min(this.good, this.step);
    }
    while (this.step < step) {
      const before = this.step;
      try {
        this.forward();
      } catch (error) {
        // A step that is only too long was told when it was first done.
        if (!(error instanceof Stopped) || this.step === before) throw error;
      }
    }
  }

  lastGood() {
    for (let step = Math.min(this.good, this.step); ; step--) {
      this.seek(step);
      try {
        return this.objective.measured(this.state.parameters, [this.seed, this.step]);
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        if (!step) return null;
      }
    }
  }

  // Change an option or a parameter from here on; what was to come is forgotten.
  change(what, value) {
    const { step } = this;
    const alike = ([at, name, given]) =>
      at === step && name === what && (what !== "edit" || JSON.stringify(given.slice(0, 2)) === JSON.stringify(value.slice(0, 2)));
    this.changes = [...this.changes.filter((each) => each[0] <= step && !alike(each)), [step, what, value]];
    this.past.forget(step);
    if (what === "edit") this.edit(value);
    this.past.keep(this.state);
    this.good = Math.min(this.good, step);
  }
}
