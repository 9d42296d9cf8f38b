// What the page says: errors in a bar that stays, the rest in a line that screen readers hear, seldom.
import { button, found, make, write } from "./elements.js";
import { short, steady, whole } from "./numbers.js";

export const say = text => write(found("status"), text);

// An error or a remark, with buttons for what helps: [text, act].
const warn = (sentences, ...helps) => {
  const bar = found("alert"), close = button("×", () => quiet(), { class: "icon", "aria-label": "Dismiss" });
  const acts = helps.map(([text, act]) => button(text, () => { quiet(); act(); }));
  bar.replaceChildren(make("div", {}, ...sentences.map(each => make("p", {}, each))), make("div", { class: "row" }, ...acts, close));
  bar.hidden = false;
};

const quiet = () => { found("alert").hidden = true; };

const stoppedWords = ({ what, step, operation }) => {
  const where = operation && !what.includes(operation) ? ` Operation: ${operation}.` : "";
  return `${what[0].toUpperCase()}${what.slice(1).replace(/\.?$/, ".")}${/step/i.test(what) ? "" : ` Training stopped at step ${step}.`}${where}`;
};

export const messages = playground => {
  playground.on("refused", error => {
    if (error.cancelled) return say("Cancelled.");
    const named = error.field && !error.message.includes(error.field);
    warn([named ? `${error.field}: ${error.message}` : error.message]);
  });
  playground.on("remarks", sentences => { if (sentences.length) warn(sentences); else quiet(); });
  playground.on("stopped", stopped => warn([stoppedWords(stopped)], ...(playground.offers("last_good")
    ? [["Back to the last good step", () => playground.ask("last_good")]] : [])));
  playground.on("gone", reason => warn([reason], ["Reload", () => location.reload()]));
  // Steps are told where training stops, not while it goes on.
  const where = () => {
    const { frame, playing } = playground;
    if (!frame || playing) return;
    const test = frame.test_loss === null || frame.test_loss === undefined ? "" : `, test loss ${steady(frame.test_loss)}`;
    say(`Step ${whole(frame.step)}: training loss ${steady(frame.loss)}${test}`);
  };
  let wait = 0, late = 0;
  const soon = () => {
    clearTimeout(wait);
    wait = setTimeout(where, 400);
  };
  playground.on("frame playing", soon);
  playground.on("playing", playing => { if (playing) say("Training"); });
  playground.on("opening", ({ done, count }) => { if (done) say(`Going to step ${whole(count)} of the link: ${whole(done)} done …`); });
  // What is soon done isn't announced.
  playground.on("changing", changing => {
    clearTimeout(late);
    document.body.setAttribute("aria-busy", changing);
    if (changing) late = setTimeout(() => say("Making the network …"), 400);
    else if (playground.playing) say("Training");
    else soon();
  });
  playground.on("edited", ({ parameter, value }) => say(`${parameter} is now ${short(value)}`));
};
