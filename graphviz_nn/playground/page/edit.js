// A weight or a bias by hand: a small form beside its line or unit.
import { button, found, make, write } from "./elements.js";
import { weightOf } from "./network.js";
import { placeOf, symbol } from "./numbers.js";

export const edit = playground => {
  const form = found("edit"), title = make("span", { class: "math" });
  const input = make("input", { type: "number", step: "any", required: true, name: "weight" });
  let line = null, before = null;
  const close = () => {
    if (form.hidden) return;
    form.hidden = true;
    if (before?.isConnected) before.focus();
  };
  form.append(make("label", {}, title, " = ", input), button("Set", null, { type: "submit", class: "strong" }),
    button("×", close, { class: "icon", "aria-label": "Close" }));
  const open = detail => {
    if (!playground.offers("edit")) return;
    line = detail;
    before = document.activeElement;
    write(title, `${symbol(line.parameter)}${placeOf(line.index)}`);
    input.value = +Number(weightOf(playground.frame, line.parameter, line.index) ?? 0).toPrecision(4);
    form.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = form, { clientWidth: wide } = document.documentElement;
    const x = line.box.x + line.box.width / 2, y = line.box.y + line.box.height / 2;
    form.style.left = `${Math.max(8, Math.min(x - width / 2, wide - width - 8)) + scrollX}px`;
    form.style.top = `${(y + height + 24 > innerHeight ? y - height - 14 : y + 14) + scrollY}px`;
    input.focus();
    input.select();
  };
  playground.on("number", open);
  playground.on("model", close);
  form.addEventListener("keydown", event => { if (event.key === "Escape") close(); });
  document.addEventListener("pointerdown", event => { if (!form.contains(event.target)) form.hidden = true; });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const { parameter, index } = line, value = +input.value;
    close();
    if (await playground.ask("edit", { parameter, index, value })) playground.tell("edited", { parameter: `${parameter}${placeOf(index)}`, value });
  });
};
