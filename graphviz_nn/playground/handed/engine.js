// The engine of a page that was handed out: it answers the page's messages in a worker, without a server.

class Refused extends Error {
  constructor(field, what) {
    super(what);
    this.field = field;
  }
}

// How each field of the state that can be set is checked.
const CHECKS = {
  number: (value, { least, most }) => typeof value === "number" && value >= least && value <= most,
  whole: (value, { least, most }) => Number.isInteger(value) && value >= least && value <= most,
  choice: (value, { words }) => words.includes(value),
  flag: (value) => typeof value === "boolean",
};
const TOLD = {
  number: ({ least, most }) => `a number from ${least} to ${most}`,
  whole: ({ least, most }) => `a whole number from ${least} to ${most}`,
  choice: ({ words }) => `one of ${words.join(", ")}`,
  flag: () => "true or false",
};

class Engine {
  constructor(told, say) {
    Object.assign(this, { told, say, number: 0, playing: false, left: 0, timer: null, seen: true, picked: null, stopped: null });
    this.program = PROGRAMS_OF(told);
    this.train = new Objective(told, told.train, this.program);
    this.test = told.test ? new Objective(told, told.test, this.program) : null;
    this.frames = new Frames(told, this.train, this.test, this.program);
    this.curve = { step: [], loss: [], test_loss: [] };
    for (const [of, part] of [["train", this.train], ["test", this.test]]) {
      const name = told.model.data[of]?.inputs.of;
      if (!name) continue;
      const [rows] = told.model.data[of].targets.shape;
      const width = part.arrays[name].length / part.count;
      told.model.data[of].inputs = { data: Float32Array.from(part.arrays[name].subarray(0, rows * width)), shape: [rows, width] };
    }
    this.begin(told.state);
  }

  begin(page) {
    this.page = page;
    this.course = new Course(this.told, this.train, page);
    this.stopped = null;
  }

  get state() {
    return { ...this.page, step: this.course.step, changes: this.course.changes, example: this.picked };
  }

  // A value of a field, checked.
  checked(field, value) {
    const choice = this.told.choices[field];
    if (!choice?.kind) throw new Refused(field, "can't be set on this page");
    if (!CHECKS[choice.kind](value, choice)) {
      throw new Refused(field, `must be ${TOLD[choice.kind](choice)}, found ${JSON.stringify(value)?.slice(0, 60)}`);
    }
    return value;
  }

  checkedEdit(given) {
    const [name, index, value] = Array.isArray(given) ? given : [];
    const shape = this.told.layout.find(([each]) => each === name)?.[1];
    const fits = Array.isArray(index) && index.length === shape?.length && index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis]);
    if (!fits || !Number.isFinite(value)) throw new Refused("edit", `there is no such weight, or no such number: ${JSON.stringify(given)?.slice(0, 60)}`);
    return [name, index, value];
  }

  // A state from a link: what is wrong has its default, and a sentence says so.
  opened(given) {
    const page = { ...this.told.state };
    const remarks = [];
    const attempt = (name, act) => {
      try {
        act();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        remarks.push(`${error.field}: ${error.message}; ${JSON.stringify(page[name]) ?? "nothing"} is used`);
      }
    };
    for (const [name, value] of Object.entries(given)) {
      if (name === "version" || name === "unit" || JSON.stringify(value) === JSON.stringify(page[name])) continue;
      if (name === "step") attempt(name, () => (page.step = this.checkedStep(value)));
      else if (name === "example") attempt(name, () => (page.example = value && this.checkedExample(...value)));
      else if (name === "changes") attempt(name, () => (page.changes = this.checkedChanges(value)));
      else attempt(name, () => (page[name] = this.checked(name, value)));
    }
    return { page, remarks };
  }

  checkedStep(value) {
    if (Number.isInteger(value) && value >= 0 && value <= 1_000_000) return value;
    throw new Refused("step", "must be a whole number from 0 to 1,000,000");
  }

  checkedChanges(given) {
    const right = Array.isArray(given) && given.length <= 10_000 && given.every((each) => Array.isArray(each) && each.length === 3);
    if (!right) throw new Refused("changes", "must be a list of changes, [step, field, value]");
    const one = ([step, what, value]) => {
      if (what !== "edit" && !COURSE.includes(what)) throw new Refused("changes", `${String(what).slice(0, 60)} can't change while training`);
      return [this.checkedStep(step), what, what === "edit" ? this.checkedEdit(value) : this.checked(what, value)];
    };
    return given.map(one).sort((a, b) => a[0] - b[0]);
  }

  checkedExample(of, index) {
    const part = { train: this.train, test: this.test }[of];
    if (!part) throw new Refused("example", "there are no such data");
    if (!Number.isInteger(index) || index < 0 || index >= part.count) throw new Refused("example", `there is no example ${index} of ${of}; there are ${part.count}`);
    return [of, index];
  }

  advance(count, until = Infinity) {
    this.stopped = null;
    try {
      for (let k = 0; k < count && performance.now() < until; k++) this.course.forward();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.stopped = error.said();
    }
  }

  frame() {
    let found = null;
    try {
      found = this.frames.frame(this.course, this.picked, this.page.view);
    } catch (error) {
      const stopped = this.course.broken(this.course.step, this.course.options.rate, error);
      if (!(stopped instanceof Stopped)) throw stopped;
      this.stopped = stopped.said();
      const { step } = this.course;
      found = { step, epoch: this.frames.epoch(this.course), loss: null, test_loss: null, accuracy: null, test_accuracy: null, parameters: {}, norms: {} };
      const views = this.train.views(this.course.state.parameters);
      for (const [name, shape] of this.told.layout) found.parameters[name] = { data: Float32Array.from(views[name]), shape };
    }
    for (const name of Object.keys(this.curve)) this.curve[name].push(found[name]);
    const curve = this.curve;
    this.curve = { step: [], loss: [], test_loss: [] };
    return { number: ++this.number, revision: 1, ...found, curve };
  }

  answer(more = {}) {
    const frame = this.frame();
    const stopped = this.stopped ? { stopped: this.stopped } : {};
    return { state: this.state, options: this.course.options, frame, ...stopped, ...more };
  }

  model() {
    return { ...this.told.model, view: this.page.view, picture: this.told.pictures[this.page.view] };
  }

  open({ state }) {
    const { page, remarks } = this.opened(state ?? {});
    this.begin({ ...page, step: 0 });
    this.picked = page.example;
    const every = Math.ceil(page.step / 100) || 1;
    try {
      while (this.course.step < page.step) {
        this.frame();
        this.course.seek(Math.min(page.step, this.course.step + every));
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.stopped = error.said();
    }
    return this.answer({ choices: this.told.choices, model: this.model(), remarks });
  }

  set({ field, value }) {
    this.checked(field, value);
    const { effect } = this.told.choices[field];
    if (effect === "view") {
      this.page = { ...this.page, [field]: value };
      return this.answer(field === "view" ? { model: this.model() } : {});
    }
    if (effect === "course" && (this.course.step || this.course.changes.length)) this.course.change(field, value);
    else this.begin({ ...this.page, ...this.course.options, [field]: value, changes: [] });
    return this.answer();
  }

  step({ count = 1 }) {
    this.advance(Math.max(1, Math.min(10_000, Math.floor(count) || 1)));
    return this.answer();
  }

  back({ count = 1 }) {
    this.stopped = null;
    this.course.seek(Math.max(0, this.course.step - Math.max(1, Math.floor(count) || 1)));
    return this.answer();
  }

  reset() {
    this.begin({ ...this.page, ...this.course.options, changes: [] });
    return this.answer();
  }

  edit({ parameter, index = [], value }) {
    this.course.change("edit", this.checkedEdit([parameter, index, value]));
    return this.answer();
  }

  example({ index, point, of = "train" }) {
    this.picked = null;
    if (point) index = this.nearest(point, of);
    if (index === null || index === undefined) return {};
    this.picked = this.checkedExample(of, index);
    return this.frames.numbers(this.course.state.parameters, this.picked, this.page.view);
  }

  nearest([x, y], of) {
    const { data, shape } = this.told.model.data[of].inputs;
    const far = (i) => (data[i * shape[1]] - x) ** 2 + (data[i * shape[1] + 1] - y) ** 2;
    let best = 0;
    for (let i = 1; i < shape[0]; i++) if (far(i) < far(best)) best = i;
    return best;
  }

  walk({ at = 0 }) {
    const { view } = this.page;
    if (!this.picked) throw new Refused("example", "no example is picked to walk through; click a data point");
    if (!this.told.walks[view]) throw new Refused("view", "has too many steps to walk through; choose another view");
    return this.frames.walk(this.course.state.parameters, this.picked, view, at);
  }

  last_good() {
    this.stopped = null;
    this.course.lastGood();
    return this.answer();
  }

  play() {
    this.playing = true;
    this.next();
    return { state: this.state };
  }

  pause() {
    this.playing = false;
    return this.answer();
  }

  // Train, and show a frame whenever the page has painted the last one.
  go() {
    if (!this.playing) return;
    const start = performance.now();
    this.left = this.left || this.ahead();
    const before = this.course.step;
    this.advance(this.left, start + 20);
    this.left -= this.course.step - before;
    if (this.stopped) {
      this.playing = false;
      this.say({ frame: this.frame() });
      this.say({ stopped: this.stopped });
      return;
    }
    if (this.seen) {
      this.seen = false;
      this.say({ frame: this.frame() });
    }
    // What is left is done at once, more in the next frame.
    this.next(this.left ? 0 : start + 1000 / 30 - performance.now());
  }

  next(wait = 0) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.go(), wait);
  }

  // How many steps the next frame is away.
  ahead() {
    const { speed } = this.page;
    return speed === "epoch" ? this.course.restOfThePass() : speed === "step" ? 1 : Infinity;
  }

  hear(message) {
    if (message.do === "shown") {
      this.seen = true;
      return;
    }
    // What was ahead may be more or less now.
    this.left = 0;
    const acts = ["open", "set", "step", "back", "reset", "edit", "example", "walk", "last_good", "play", "pause"];
    try {
      if (!acts.includes(message.do)) throw new Refused("do", `this page can't ${message.do}`);
      this.say({ re: message.id, ...this[message.do](message) });
    } catch (error) {
      const what = error instanceof Refused || error instanceof Stopped ? error.message : `${error}`;
      this.say({ re: message.id, error: { what, ...(error.field ? { field: error.field } : {}) } });
    }
  }
}
