// Keys for everything that has a button, and the list of them.
import { button, found, make } from "./elements.js";

const press = id => () => {
  const pressed = found(id);
  if (pressed?.checkVisibility()) pressed.click();
};

const nextView = () => {
  const boxes = [...found("views").querySelectorAll("input")];
  boxes[(boxes.findIndex(each => each.checked) + 1) % boxes.length]?.click();
};

const nextSpeed = () => {
  const list = document.querySelector("select[name=speed]");
  list.selectedIndex = (list.selectedIndex + 1) % list.length;
  list.dispatchEvent(new Event("change"));
};

const focusIn = selector => () => {
  const target = [...document.querySelectorAll(selector)].find(each => each.checkVisibility());
  target?.focus();
};

// key, how it is written, what it does, and how.
const KEYS = [
  [" ", "Space", "Play or pause", press("play")],
  ["ArrowRight", "→", "One step forward", press("step")],
  ["ArrowLeft", "←", "One step back", press("back")],
  ["r", "R", "Back to step 0", press("reset")],
  ["n", "N", "New points", press("regenerate")],
  ["s", "S", "The next speed", nextSpeed],
  ["v", "V", "The next view of the network", nextView],
  ["w", "W", "To the picture; Tab, arrows move, Enter edits a weight or bias", focusIn("#picture [tabindex='0']")],
  ["x", "X", "Walk through one example", press("walk")],
  ["l", "L", "Copy the link", press("share")],
  ["e", "E", "Export", press("export")],
  ["d", "D", "Light or dark", press("theme")],
  ["?", "?", "This list", press("help")],
];

// Where a key already means something.
const OWN_KEYS = "input:not([type=checkbox]), select, textarea, dialog, #picture, #frame[tabindex], .scroll, summary";
const PRESSED = "button, input[type=checkbox], [role=button]";

export const keyboard = () => {
  const dialog = found("keys"), box = make("input", { type: "checkbox", checked: true });
  dialog.append(make("h2", { id: "keys-title" }, "Keys"),
    make("table", {}, make("tbody", {}, ...KEYS.map(([, written, words]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, written)), make("td", {}, words))))),
    make("p", { class: "quiet" }, "Tab goes to each control, Escape closes what is open."),
    make("label", { class: "box" }, box, make("span", {}, "Single keys act")),
    button("Close", () => dialog.close(), { class: "strong" }));
  found("help").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", event => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const found = KEYS.find(([key]) => key === event.key || key === event.key.toLowerCase());
    if (!found || event.target.closest(OWN_KEYS) || (event.key === " " && event.target.closest(PRESSED))) return;
    event.preventDefault();
    found[3]();
  });
};
