// The gradient check: each gradient beside its central difference.
import { found, make } from "./elements.js";
import { placeOf, short, symbol } from "./numbers.js";
import { Work } from "./work.js";

const MOST_ROWS = 200;

const table = rows => make("table", {},
  make("thead", {}, make("tr", {}, ...["worst entry", "gradient", "central difference", ""].map(each => make("th", { scope: "col" }, each)))),
  make("tbody", {}, ...rows.slice(0, MOST_ROWS).map(({ parameter, index, gradient, difference, passed }) => make("tr", {},
    make("th", { scope: "row", class: "math" }, `${symbol(parameter)}${placeOf(index ?? [])}`), make("td", {}, short(gradient)), make("td", {}, short(difference)),
    make("td", { class: passed ? "right" : "wrong" }, passed ? "✓" : "✗")))));

export const check = playground => {
  const place = found("check"), verdict = make("p", { class: "verdict", role: "status" }), more = make("div", {});
  const work = new Work(playground, "Check the gradient", () => run());
  const run = async () => {
    if (playground.playing) await playground.play();
    const answer = await work.run("check", {});
    if (!answer) return;
    const { rows, passed, words } = answer;
    verdict.className = `verdict ${passed ? "right" : "wrong"}`;
    verdict.textContent = `${passed ? "✓" : "✗"} ${words}`;
    more.replaceChildren(...(rows.length ? [make("details", { open: !passed }, make("summary", {}, "The numbers"),
      make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Gradients and central differences" }, table(rows)))] : []));
  };
  place.append(make("h2", { id: "check-title" }, "Gradient check"),
    make("p", { class: "quiet" }, "Is each gradient what a small change of its parameter does to the loss?"), work.element, verdict, more);
  place.hidden = true;
  playground.on("checking", ({ done, count }) => work.progress(done / count, `${done} of ${count}`));
  playground.on("renewed", () => {
    place.hidden = !playground.offers("check");
    verdict.textContent = "";
    more.replaceChildren();
  });
};
