// The model: nodes by their numbers, in the order of computation; blocks by theirs after these, outer ones first.
const { strings, nodes, blocks } = JSON.parse(found("model").textContent);
const COUNT = nodes.block.length, ROOT = COUNT, ALL = COUNT + blocks.block.length;
const isBlock = item => item >= COUNT;
const text = (column, item) => strings[(isBlock(item) ? blocks : nodes)[column][isBlock(item) ? item - COUNT : item]];
const parentOf = item => item === ROOT ? -1 : COUNT + (isBlock(item) ? blocks.block[item - COUNT] : nodes.block[item]);
const firstOf = item => isBlock(item) ? blocks.first[item - COUNT] : item;
const endOf = item => isBlock(item) ? blocks.end[item - COUNT] : item + 1;

const kids = blocks.block.map(() => []);
for (let item = 0; item < ALL; item++) if (item !== ROOT) kids[parentOf(item) - COUNT].push(item);
for (const inside of kids) inside.sort((one, other) => firstOf(one) - firstOf(other));
const kidsOf = block => kids[block - COUNT];

const users = nodes.given.map(() => []);
nodes.given.forEach((given, node) => { for (const each of new Set(given)) users[each].push(node); });

const pathOf = item => {
  const path = [];
  for (; item >= 0; item = parentOf(item)) path.unshift(item);
  return path;
};
const shapesOf = node => nodes.results[node].map(each => strings[each]);
const countOf = block => endOf(block) - firstOf(block);
const roleOf = item => isBlock(item)
  ? !text("kind", item) && /^steps /.test(text("title", item)) ? "stretch"
    : blocks.parameters[item - COUNT] ? "layer" : "function"
  : strings[nodes.role[item]];
// What a stretch consists of mostly.
const contentOf = block => {
  const counts = new Map();
  for (const kid of kidsOf(block)) {
    const title = text("title", kid).replace(/ \d+$/, "");
    counts.set(title, (counts.get(title) ?? 0) + 1);
  }
  return [...counts].sort((one, other) => other[1] - one[1]).slice(0, 2).map(([title, count]) => `${count}× ${title}`);
};
const subtitleOf = item => {
  if (roleOf(item) === "stretch" && roleOf(kidsOf(item)[0]) !== "stretch") return contentOf(item).join(", ");
  if (!isBlock(item)) return shapesOf(item).join(", ").replace(/ \S+$/, "");
  const kind = text("kind", item), count = countOf(item);
  return `${kind ? `${kind} · ` : ""}${count.toLocaleString("en")} ${count > 1 ? "steps" : "step"}`;
};
const factsOf = item => {
  const facts = [];
  const add = (word, what) => { if (what) facts.push([word, what]); };
  if (isBlock(item)) {
    add("class", text("kind", item));
    add("operations", countOf(item).toLocaleString("en"));
    add("parameters", blocks.parameters[item - COUNT] && blocks.parameters[item - COUNT].toLocaleString("en"));
    return facts;
  }
  add("is", text("kind", item));
  add("name", text("name", item) === text("title", item) ? "" : text("name", item));
  add("takes", nodes.given[item].map(each => `${text("title", each)} ${shapesOf(each)[0] ?? ""}`).join("; "));
  add("gives", shapesOf(item).join("; "));
  const said = nodes.facts[item];
  for (let place = 0; place < said.length; place += 2) add(strings[said[place]], strings[said[place + 1]]);
  return facts;
};

// The nodes that lead to an item (1), those that it leads to (2), and its own (3).
const relatives = item => {
  const marks = new Uint8Array(COUNT), first = firstOf(item), end = endOf(item);
  marks.fill(3, first, end);
  for (let node = end - 1; node >= 0; node--)
    if (marks[node]) for (const each of nodes.given[node]) marks[each] ||= 1;
  for (let node = first; node < COUNT; node++)
    if (marks[node] >= 2) for (const each of users[node]) marks[each] ||= 2;
  return marks;
};
