// A picture in several states, each of which is drawn already: with other blocks open, or of one step after the other.
const [picture, view, said, about] = ["picture", "view", "said", "about"].map(found);
const { states, groups, all, none, steps } = JSON.parse(found("states").textContent);
for (const each of view.children) groups[each.dataset.group] ??= each.innerHTML;
let now = 0;
const tip = tipOf(found("tip"));
const { at, fit, pan, keepInside, keys, deeds } = stage(picture, view, () => states[now], tip.place);

const show = thing => {
  if (thing === tip.of()) return;
  if (!thing) return tip.hide();
  const deed = thing.dataset.go && (thing.getAttribute("aria-expanded") === "true" ? "closes" : "opens");
  tip.show(thing, thing.dataset.name, JSON.parse(thing.dataset.facts), deed);
};

// The open blocks.
const middle = box => [box.left + box.width / 2, box.top + box.height / 2];
const named = name => [...view.querySelectorAll("[data-go]")].filter(each => each.dataset.go === name);
const change = (next, anchor, name) => {
  if (next === undefined || next === now) return;
  const place = anchor ? Math.max(0, named(name).indexOf(anchor)) : 0;
  const before = anchor && middle((boxOf(anchor)).getBoundingClientRect());
  const hadFocus = anchor && anchor.contains(document.activeElement);
  tip.hide();
  now = next;
  view.innerHTML = states[now].items.map(([group, left, top]) =>
    `<g data-group="${group}" transform="translate(${left} ${top})">${groups[group]}</g>`).join("");
  about.textContent = states[now].about;
  if (!steps) {
    view.classList.remove("changed");
    void view.getBoundingClientRect();
    view.classList.add("changed");
  }
  const same = name === undefined ? [] : named(name);
  const after = same[Math.min(place, same.length - 1)];
  if (after && before) {
    const [px, py] = middle(boxOf(after).getBoundingClientRect());
    pan(before[0] - px, before[1] - py);
    keepInside(boxOf(after).getBoundingClientRect());
    if (hadFocus) after.focus({ preventScroll: true });
  } else if (at.isFitted || !steps) fit();
  said.textContent = states[now].said;
  refresh();
};
// For an opened block this is its whole frame, of which the title is only a part.
const boxOf = thing => {
  const box = thing.dataset.box && [...view.querySelectorAll("[data-frame]")]
    .filter(each => each.dataset.frame === thing.dataset.box);
  return box && box.length ? box[Math.max(0, named(thing.dataset.go).indexOf(thing)) % box.length] : thing;
};
const toggle = thing => change(states[now].go[thing.dataset.go], thing, thing.dataset.go);
const step = to => change(Math.min(states.length - 1, Math.max(0, to)));
const refresh = () => {
  if (steps) {
    found("step").textContent = `${now + 1} / ${states.length}`;
    found("previous").disabled = now === 0;
    found("next").disabled = now === states.length - 1;
  }
  if (!found("open")) return;
  found("open").disabled = now === all;
  found("close").disabled = now === none;
};

// Pointers.
view.addEventListener("click", event => {
  const thing = event.target.closest("[data-go]");
  if (thing && at.travelled <= 4) toggle(thing);
});
view.addEventListener("pointerover", event => show(event.target.closest("[data-name]")));
picture.addEventListener("pointerout", event => { if (!view.contains(event.relatedTarget)) tip.hide(); });

// Keys.
view.addEventListener("focusin", event => {
  const thing = event.target.closest("[data-name]");
  if (!thing) return;
  keepInside(thing.getBoundingClientRect());
  show(thing);
});
view.addEventListener("focusout", tip.hide);
const forward = () => step(now + 1), back = () => step(now - 1);
const known = { ...keys, "Escape": tip.hide };
if (steps) Object.assign(known, {
  "ArrowRight": forward, "ArrowDown": forward, "PageDown": forward, " ": forward, "ArrowLeft": back, "ArrowUp": back,
  "PageUp": back, "Home": () => step(0), "End": () => step(states.length - 1),
});
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const thing = event.target.closest?.("[data-go]");
  // Space on a button presses it.
  if (event.key === " " && event.target.closest?.("button")) return;
  if (event.shiftKey && event.key === " " && steps) back();
  else if (thing && (event.key === "Enter" || event.key === " ")) toggle(thing);
  else if (Object.hasOwn(known, event.key)) known[event.key]();
  else return;
  event.preventDefault();
});

withButtons({
  ...deeds, open: () => { change(all); fit(); }, close: () => { change(none); fit(); }, previous: back, next: forward,
});
picture.removeAttribute("viewBox");
refresh();
fit();
