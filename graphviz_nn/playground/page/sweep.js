// Three trainings side by side, each with its own rate.
import { canvas } from "./canvas.js";
import { highest, paintCurves } from "./curves.js";
import { button, found, make, write } from "./elements.js";
import { short, steady } from "./numbers.js";
import { Work } from "./work.js";

const COUNT = 3, TIMES = [1 / 3, 1, 3], STEPS = 500;

export class Sweep {
  constructor(playground) {
    this.playground = playground;
    this.runs = [];
    this.cells = Array.from({ length: COUNT }, (_, at) => this.cell(at));
    this.steps = make("input", { type: "number", name: "sweep-steps", value: STEPS, min: 10, max: 20000, step: 10, required: true });
    this.work = new Work(playground, "Compare", () => this.run());
    this.work.element.prepend(make("label", { class: "field flat" }, make("span", {}, "Steps"), this.steps));
    found("sweep").append(make("h2", { id: "sweep-title" }, "Three rates"),
      make("p", { class: "quiet" }, "The same training three times from its start, each time with another learning rate."), this.work.element, make("div", { class: "runs" }, ...this.cells.map(({ element }) => element)));
    found("sweep").hidden = true;
    playground.on("sweep", sweep => this.show(sweep.runs ?? sweep));
    playground.on("theme", () => this.show(this.runs));
    playground.on("renewed", () => {
      found("sweep").hidden = !playground.offers("sweep");
      this.show([]);
    });
    playground.on("state", ({ rate }) => { if (!this.runs.length) this.cells.forEach(({ rate: input }, at) => { input.value = +(rate * TIMES[at]).toPrecision(1); }); });
  }

  cell(at) {
    const rate = make("input", { type: "number", name: `rate-${at + 1}`, min: 0, step: "any", required: true });
    const told = make("p", { class: "told" });
    const use = button("Use it", () => this.playground.set("rate", +rate.value), { hidden: true });
    const host = make("div", { class: "course" });
    const element = make("div", { class: "run" }, make("label", { class: "field flat" }, make("span", {}, "Rate"), rate), host, make("div", { class: "row" }, told, use));
    const paper = canvas(host, "Losses at this rate", (...all) => {
      const run = this.runs[at];
      if (run) paintCurves(...all, { step: run.steps, loss: run.loss, test_loss: run.test_loss }, Math.min(highest(this.runs), 4 * this.starting()));
    });
    return { element, rate, told, use, host, paper };
  }

  // What the losses begin with: a run that explodes doesn't press the others flat.
  starting() {
    return Math.max(...this.runs.map(({ loss }) => loss[0] ?? 0), 1e-9);
  }

  show(runs) {
    this.runs = runs;
    this.cells.forEach(({ told, use, host, paper }, at) => {
      const run = runs[at], test = run?.test_loss.at(-1), loss = run?.loss.at(-1);
      const last = test === undefined || test === null ? `loss ${steady(loss)}` : `test loss ${steady(test)}`;
      const words = !run ? "" : run.stopped ? `stopped at step ${run.stopped.step}` : last;
      write(told, words);
      paper.element.setAttribute("aria-label", run ? `Losses at the rate ${short(run.rate)}: ${words}` : "No losses yet");
      use.hidden = host.hidden = !run;
      paper.again();
    });
    const last = Math.max(0, ...runs.map(({ steps }) => steps.at(-1) ?? 0));
    if (last) this.work.progress(Math.min(1, runs.reduce((sum, { steps }) => sum + (steps.at(-1) ?? 0), 0) / (COUNT * +this.steps.value)));
  }

  async run() {
    const inputs = [...this.cells.map(({ rate }) => rate), this.steps];
    if (!inputs.every(input => input.reportValidity())) return;
    if (this.playground.playing) await this.playground.play();
    this.show([]);
    const answer = await this.work.run("sweep", { rates: this.cells.map(({ rate }) => +rate.value), steps: +this.steps.value });
    if (answer) this.show(answer.runs);
  }
}
