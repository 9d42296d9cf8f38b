// What the page knows: state, choices, model and the newest frame; and what it asks the engine.
import { fragmentOf, stateOf } from "./fragment.js";

const emptied = () => ({ step: [], loss: [], test_loss: [] });

export class Playground extends EventTarget {
  constructor(engine) {
    super();
    Object.assign(this, { engine, state: {}, choices: {}, model: null, frame: null, playing: false, curve: emptied() });
    // What the engine has confirmed, and what was chosen since then.
    Object.assign(this, { held: {}, sent: {}, wanted: new Map(), setting: null });
    engine.onmessage = message => this.hear(message);
    engine.onclose = reason => { this.hold(false); this.tell("gone", reason); };
  }

  on(names, act) {
    for (const name of names.split(" ")) this.addEventListener(name, event => act(event.detail));
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // Whether the engine does this at all.
  offers(word) {
    return this.choices.actions?.includes(word) ?? true;
  }

  // The answer to a message, or nothing, if it is an error, which is told.
  async ask(what, fields = {}) {
    try {
      return this.take(await this.engine.send({ do: what, ...fields }));
    } catch (error) {
      if (!error.gone) this.tell("refused", error);
      return null;
    }
  }

  // The choice is shown at once. One is sent at a time, and only the newest of each field, so that clicks in quick
  // succession make one network and none is lost.
  set(field, value) {
    this.wanted.delete(field);
    this.wanted.set(field, value);
    this.choose();
    this.setting ??= this.settle();
    return this.setting;
  }

  async settle() {
    let answer = null;
    this.tell("changing", true);
    while (this.wanted.size) {
      const [[field, value]] = this.wanted;
      this.wanted.delete(field);
      this.sent = { [field]: value };
      try {
        const found = await this.engine.send({ do: "set", field, value });
        this.sent = {};
        answer = this.take(found);
      } catch (error) {
        this.sent = {};
        if (error.gone) this.wanted.clear();
        this.choose();
        if (!error.gone) this.tell("refused", error);
      }
    }
    this.setting = null;
    this.tell("changing", false);
    return answer;
  }

  choose() {
    this.state = { ...this.held, ...this.sent, ...Object.fromEntries(this.wanted) };
    this.tell("state", this.state);
  }

  async open() {
    // Read at once: pausing writes the address.
    const { state, remark } = stateOf(location.hash);
    this.wanted.clear();
    if (this.playing) await this.play();
    await this.setting;
    this.restart();
    const answer = await this.ask("open", state ? { state } : {});
    const remarks = [remark, ...(answer?.remarks ?? [])].filter(Boolean);
    this.tell("remarks", remarks);
    return answer;
  }

  // Work that takes long: its promise, and how to cancel it.
  begin(what, fields = {}) {
    const answer = this.engine.send({ do: what, ...fields });
    return { answer, cancel: () => this.engine.post({ do: "cancel", of: answer.id }) };
  }

  take(answer) {
    if (answer.choices) this.choices = answer.choices;
    if (answer.state) {
      // What was changed while training holds now; the link tells the start and the changes.
      this.held = { ...answer.state, ...answer.options };
      this.state = { ...this.held, ...this.sent, ...Object.fromEntries(this.wanted) };
      this.restorable = answer.state;
      if (!this.playing) this.address();
    }
    if (answer.model) {
      const isNew = answer.model.revision !== this.model?.revision;
      this.model = answer.model;
      this.tell("model", answer.model);
      if (isNew) this.tell("renewed", answer.model);
    }
    if (answer.state) this.tell("state", this.state);
    if (answer.frame) this.show(answer.frame);
    if (answer.stopped) this.tell("stopped", answer.stopped);
    return answer;
  }

  hear(message) {
    if (message.frame) this.show(message.frame);
    if (message.opening) this.tell("opening", message.opening);
    if (message.sweep) this.tell("sweep", message.sweep);
    if (message.check) this.tell("checking", message.check);
    if (message.stopped) {
      this.hold(false);
      this.tell("stopped", message.stopped);
    }
  }

  // Frames are painted when the screen is ready for one; the engine sends the next only then.
  show(frame) {
    this.keep(frame);
    const first = !this.frame || this.painted;
    this.frame = frame;
    this.painted = false;
    if (first) requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.painted = true;
    const { frame, model } = this;
    if (model && frame.revision === model.revision) this.tell("frame", frame);
    this.engine.post({ do: "shown", number: frame.number });
  }

  // A step that comes again, after going back, replaces what was there.
  keep({ curve, step }) {
    const from = Math.min(curve?.step[0] ?? Infinity, step + 1), count = this.curve.step.findIndex(each => each >= from);
    const kept = count < 0 ? this.curve.step.length : count;
    for (const name of Object.keys(emptied())) {
      this.curve[name].length = Math.min(kept, this.curve[name].length);
      this.curve[name].push(...(curve?.[name] ?? []));
    }
  }

  restart() {
    this.curve = emptied();
  }

  hold(playing) {
    if (this.playing === playing) return;
    this.playing = playing;
    this.tell("playing", playing);
  }

  async play() {
    if (this.playing) {
      this.hold(false);
      return this.ask("pause");
    }
    this.hold(true);
    await this.setting;
    if (this.playing && !(await this.ask("play"))) this.hold(false);
  }

  // Things that stop the training first.
  async still(what, fields) {
    if (this.playing) await this.play();
    await this.setting;
    return this.ask(what, fields);
  }

  address() {
    history.replaceState(null, "", fragmentOf({ ...this.restorable, example: this.state.example }, this.choices));
  }
}
