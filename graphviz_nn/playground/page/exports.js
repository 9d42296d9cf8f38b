// What is shown, as a file.
import { button, found, make } from "./elements.js";
import { say } from "./messages.js";
import { Work } from "./work.js";

const FORMATS = { svg: "SVG", pdf: "PDF", png: "PNG", tex: "TikZ", pptx: "PowerPoint", py: "Python script" };

const save = ({ name, type, base64 }) => {
  const bytes = Uint8Array.from(atob(base64), each => each.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

export const exporting = playground => {
  const opener = found("export"), list = found("formats"), work = new Work(playground, "", () => {});
  const items = Object.entries(FORMATS).map(([as, text]) => button(text, () => run(as), { "data-as": as }));
  work.go.remove();
  list.append(...items, work.element);
  const open = shown => {
    list.hidden = !shown;
    opener.setAttribute("aria-expanded", shown);
    if (shown) items.find(item => !item.hidden)?.focus();
  };
  const run = async as => {
    for (const item of items) item.disabled = true;
    const answer = await work.run("export", { as });
    for (const item of items) item.disabled = false;
    if (!answer) return;
    save(answer);
    say(`${answer.name} is saved`);
    open(false);
    opener.focus();
  };
  opener.addEventListener("click", () => open(list.hidden));
  list.addEventListener("keydown", event => {
    if (event.key === "Escape") { open(false); opener.focus(); }
    const shown = items.filter(item => !item.hidden), by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && shown.includes(document.activeElement)) {
      event.preventDefault();
      shown.at((shown.indexOf(document.activeElement) + by) % shown.length).focus();
    }
  });
  document.addEventListener("pointerdown", event => { if (!list.parentElement.contains(event.target)) open(false); });
  playground.on("state", () => {
    const { export: formats } = playground.choices;
    for (const item of items) item.hidden = formats ? !formats.includes(item.dataset.as) : false;
    opener.hidden = !playground.offers("export");
  });
};
