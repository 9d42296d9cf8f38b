// The state of the page in its address: what is open, what is sought and chosen, and where the window is.
const ranges = items => {
  const parts = [];
  for (const each of [...items].sort((one, other) => one - other)) {
    const last = parts.at(-1);
    if (last && last[1] === each - 1) last[1] = each;
    else parts.push([each, each]);
  }
  return parts.map(([from, to]) => from === to ? from : `${from}-${to}`).join(",");
};
const numbers = said => said.split(",").flatMap(part => {
  const [from, to = from] = part.split("-").map(Number);
  return Number.isInteger(from) && Number.isInteger(to) && from > 0 && to < ALL - COUNT
    ? Array.from({ length: Math.max(0, to - from + 1) }, (_, place) => from + place) : [];
});
const address = () => {
  const { x, y, scale, isFitted } = main.at, state = new URLSearchParams();
  state.set("open", ranges([...open].filter(each => each !== ROOT).map(each => each - COUNT)));
  if (field.value) state.set("find", field.value);
  if (chosen !== null) state.set("at", chosen);
  if (!isFitted) state.set("view", [x, y, scale].map(each => +each.toFixed(3)).join(","));
  return `#${state.toString().replaceAll("%2C", ",")}`;
};
let written = "", waiting = 0, isReady = false;
const remember = () => {
  if (!isReady) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => { written = address(); history.replaceState(null, "", written); }, 250);
};
// Whether the address says what to show.
const recall = () => {
  const state = new URLSearchParams(location.hash.slice(1));
  if (!state.has("open")) return false;
  setAll(false);
  for (const each of numbers(state.get("open"))) setOpen(COUNT + each, true);
  field.value = state.get("find") ?? "";
  search(field.value);
  const item = Number(state.get("at") ?? NaN);
  choose(Number.isInteger(item) && item >= 0 && item < ALL ? item : ROOT);
  const place = (state.get("view") ?? "").split(",").map(Number);
  if (place.length === 3 && place.every(Number.isFinite) && place[2] > 0 && place[2] <= MOST) main.put(...place, false);
  else main.fit();
  paint();
  return true;
};
addEventListener("hashchange", () => { if (location.hash !== written) recall(); });
