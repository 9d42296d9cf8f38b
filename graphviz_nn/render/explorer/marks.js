// What is pointed at, chosen or sought, and how the rest of the picture shows it.
let pointed = null, chosen = null, hits = null;

const within = (counts, item) => counts[endOf(item)] - counts[firstOf(item)];
const summed = flags => {
  const counts = new Int32Array(COUNT + 1);
  for (let node = 0; node < COUNT; node++) counts[node + 1] = counts[node] + (flags[node] ? 1 : 0);
  return counts;
};

// Of a line, whether its values are on the way to or from what is pointed at, and whether they end or start there.
const onTheWay = (marks, { pairs, level }) => {
  let found = "";
  for (let place = 0; place < pairs.length; place += 2) {
    const from = marks[pairs[place]];
    if (!from) continue;
    const all = pairs[place + 1] >= 0 ? [pairs[place + 1]] : users[pairs[place]].filter(each => each >= endOf(level.block));
    for (const node of all) {
      const to = marks[node];
      if (from === 1 && to === 3) return "before";
      if (from === 3 && to === 2) return "after";
      if ((from === 1 && to === 1) || (from >= 2 && to >= 2)) found ||= "way";
    }
  }
  return found;
};

const mark = () => {
  if (!drawn) return;
  const marks = pointed === null ? null : relatives(pointed), near = marks && summed(marks);
  const sought = hits && summed(hits.flags);
  for (const shape of drawn.order) {
    const item = +shape.dataset.item, isTitle = shape.classList.contains("title");
    shape.classList.toggle("pale", Boolean(near) && !within(near, item));
    shape.classList.toggle("hit", Boolean(hits) && hits.items.has(item));
    const isHolding = Boolean(sought) && isBlock(item) && !isTitle && !hits.items.has(item);
    shape.classList.toggle("holds", isHolding && within(sought, item) > 0);
    shape.classList.toggle("chosen", item === chosen);
  }
  if (drawn.isMany) return;
  drawn.lines.forEach((line, place) => {
    drawn.drawnLines[place].setAttribute("class", `line ${marks ? onTheWay(marks, line) || "pale" : ""}`);
  });
};

const point = shape => {
  const item = shape ? +shape.dataset.item : null;
  if (item === pointed) return;
  pointed = item;
  if (item === null) tip.hide();
  else tip.show(shape, text("title", item), factsOf(item), isBlock(item) && (open.has(item) ? "closes" : "opens"));
  mark();
};

// The blocks around what is chosen.
const choose = item => {
  chosen = item === ROOT ? null : item;
  const path = pathOf(item).flatMap((each, place, all) => {
    const button = Object.assign(element("button", text("title", each)), { type: "button" });
    button.addEventListener("click", () => { goTo(each); choose(each); });
    if (place === all.length - 1) button.setAttribute("aria-current", "location");
    return place ? [element("span", "›"), button] : [button];
  });
  found("path").replaceChildren(...path);
  mark();
  remember();
};
