// Search by name, type or shape: words that all must be found, such as "conv type:relu shape:64x56".
const LISTED = 200;
// What has no class of its own is a function by its title.
const isFunction = item => isBlock(item) ? !text("kind", item) : ["operation", "learning"].includes(roleOf(item));
const fields = item => ({
  name: `${isBlock(item) ? pathOf(item).slice(1).map(each => text("title", each)).join(".") : text("name", item)} ${
    text("title", item)}`,
  type: isFunction(item) ? `${text("kind", item)} ${text("title", item)}` : text("kind", item),
  shape: isBlock(item) ? "" : shapesOf(item).join(" "),
  more: isBlock(item) ? "" : nodes.facts[item].map(each => strings[each]).join(" "),
});
let index = null;
const indexed = () => index ??= Array.from({ length: ALL }, (_, item) => {
  const found = fields(item);
  for (const name in found) found[name] = found[name].toLowerCase();
  return { ...found, any: Object.values(found).join("\n") };
});
const seek = question => {
  const words = question.toLowerCase().trim().split(/\s+/).filter(Boolean).map(word => {
    const [, field, rest] = /^(name|type|shape):(.*)$/.exec(word) ?? [null, "any", word];
    return [field, rest.replace(/(\d)[x*,](?=\d)/g, "$1×")];
  });
  if (!words.length) return null;
  const items = new Set(), flags = new Uint8Array(COUNT);
  indexed().forEach((each, item) => {
    if (item === ROOT || !words.every(([field, word]) => each[field].includes(word))) return;
    items.add(item);
    flags[firstOf(item)] = 1;
  });
  return { items, flags };
};

const field = found("find"), list = found("hits");
const search = question => {
  hits = seek(question);
  const items = hits ? [...hits.items].sort((one, other) => isBlock(other) - isBlock(one) || one - other) : [];
  list.replaceChildren(...items.slice(0, LISTED).map((item, place) => {
    const option = element("li", "");
    const around = pathOf(item).slice(1, -1).map(each => text("title", each)).join(" › ");
    option.append(element("b", text("title", item)), element("span", isBlock(item) ? text("kind", item) : subtitleOf(item)),
      element("small", around));
    Object.assign(option, { id: `hit${place}`, role: "option" });
    option.addEventListener("click", () => { take(place); reveal(item); });
    option.dataset.hit = item;
    return option;
  }));
  const count = items.length.toLocaleString("en");
  found("count").textContent = hits ? items.length > LISTED ? `${count} found; the first ${LISTED}` : `${count} found` : "";
  list.hidden = !items.length;
  field.setAttribute("aria-expanded", !list.hidden);
  taken = -1;
  field.removeAttribute("aria-activedescendant");
  mark();
  remember();
};
let taken = -1;
const take = place => {
  list.children[taken]?.removeAttribute("aria-selected");
  taken = place;
  const option = list.children[taken];
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
};
field.addEventListener("input", () => search(field.value));
field.addEventListener("keydown", event => {
  const count = list.children.length, step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
  event.stopPropagation();
  if (event.key === "Escape") { field.value = ""; search(""); field.blur(); }
  else if (step && count) {
    take((taken + step + count) % count);
    if (event.key === "Enter") reveal(+list.children[taken].dataset.hit);
  } else return;
  event.preventDefault();
});
