// The page: what its reader does, and what follows.
const READABLE = 0.55, CLOSE = 1;
const tip = tipOf(found("tip"), true);
const main = stage(picture, view, () => layout(ROOT), moved);

// At the top, if all of it would be too small to read.
const home = () => {
  const { w, h } = layout(ROOT), { width, height } = main.frame();
  main.fit();
  const scale = Math.min(CLOSE, Math.max(READABLE, main.at.scale));
  main.put(width / 2 - w / 2 * scale, Math.max(MARGIN, height / 2 - h / 2 * scale), scale, scale === main.at.scale);
};
const told = item => { found("said").textContent = `${text("title", item)} is ${open.has(item) ? "open" : "closed"}`; };
const middleTop = ({ x, y, w }) => [main.at.x + (x + w / 2) * main.at.scale, main.at.y + y * main.at.scale];
// The item right before another, if there is one, also outside of the block that both are in.
const beforeOf = item => {
  if (item === ROOT) return -1;
  const { ups } = levelOf(parentOf(item)).items.get(item);
  const { line } = ups.find(({ vertex }) => vertex.kind === "item") ?? ups[0] ?? {};
  return !line ? -1 : line.tail.kind === "item" ? line.tail.item : beforeOf(parentOf(item));
};
// What is before a block that opens stays where it is in the window.
const toggle = item => {
  const still = beforeOf(item), fixed = still < 0 ? item : still, before = middleTop(boxOf(fixed));
  point(null);
  setOpen(item, !open.has(item));
  const after = middleTop(boxOf(fixed));
  main.pan(before[0] - after[0], before[1] - after[1]);
  paint();
  choose(item);
  told(item);
};
const goTo = item => {
  const { x, y, w, h } = boxOf(item), { width, height } = main.frame();
  const whole = Math.min((width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h, CLOSE), scale = Math.max(READABLE, whole);
  const top = scale > whole ? Math.max(MARGIN, height / 2 - h / 2 * scale) : height / 2 - h / 2 * scale;
  main.put(width / 2 - (x + w / 2) * scale, top - y * scale, scale, false);
  paint();
};
const reveal = item => {
  for (const each of pathOf(item).slice(0, -1)) setOpen(each, true);
  layout(ROOT);
  choose(item);
  goTo(item);
};

// Pointers.
const shapeAt = event => event.target.closest?.("[data-item]");
view.addEventListener("click", event => {
  const shape = shapeAt(event);
  if (!shape || main.at.travelled > 4) return;
  if (isBlock(+shape.dataset.item)) toggle(+shape.dataset.item);
  else choose(+shape.dataset.item);
});
view.addEventListener("pointerover", event => point(shapeAt(event)));
picture.addEventListener("pointerout", event => { if (!view.contains(event.relatedTarget)) point(null); });
view.addEventListener("focusin", event => {
  const shape = shapeAt(event);
  if (!shape || !shape.matches(":focus-visible")) return;
  main.keepInside(shape.getBoundingClientRect());
  point(shape);
});
view.addEventListener("focusout", () => point(null));

// Keys.
const known = { ...main.keys, "Escape": () => point(null), "/": () => { field.focus(); field.select(); } };
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const shape = shapeAt(event), isPress = event.key === "Enter" || event.key === " ";
  if (isPress && event.target.closest?.("button")) return;
  if (isPress && shape && isBlock(+shape.dataset.item)) toggle(+shape.dataset.item);
  else if (Object.hasOwn(known, event.key)) known[event.key]();
  else return;
  event.preventDefault();
});
withButtons({
  ...main.deeds, open: () => { setAll(true); home(); paint(); }, close: () => { setAll(false); home(); paint(); },
});

// A block that is alone says nothing until it is open.
const alone = () => {
  for (let blocks = kidsOf(ROOT).filter(isBlock); blocks.length === 1; blocks = kidsOf(blocks[0]).filter(isBlock))
    setOpen(blocks[0], true);
};
if (!recall()) {
  alone();
  choose(ROOT);
  home();
  paint();
}
isReady = true;
performance.mark("shown");
