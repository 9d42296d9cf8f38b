// All of the picture in a corner, and the part of it in the window.
const map = found("map"), mapped = svg("path", { "class": "all" }), seen = svg("rect", { "class": "seen" });
const MAP = { w: 190, h: 240, most: 2500 };
map.append(mapped, seen);
let shrunk = 1;
const drawMap = () => {
  const size = layout(ROOT);
  shrunk = Math.min(MAP.w / size.w, MAP.h / size.h);
  const { frames, shapes } = gather({ left: 0, top: 0, right: size.w, bottom: size.h }, 3 * shrunk);
  const boxes = [...frames, ...shapes].slice(0, MAP.most);
  mapped.setAttribute("d", boxes.map(({ x, y, w, h }) =>
    `M${n(x * shrunk)} ${n(y * shrunk)}h${n(w * shrunk)}v${n(h * shrunk)}h${n(-w * shrunk)}z`).join(""));
  map.setAttribute("width", Math.max(24, size.w * shrunk).toFixed(0));
  map.setAttribute("height", Math.max(24, size.h * shrunk).toFixed(0));
  frameMap();
};
const frameMap = () => {
  const { left, right, top, bottom } = regionOf(0), size = laid.get(ROOT);
  if (!size) return;
  map.classList.toggle("hidden", left <= 0 && top <= 0 && right >= size.w && bottom >= size.h);
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top }))
    seen.setAttribute(name, n(value * shrunk));
};
const follow = event => {
  const box = map.getBoundingClientRect(), { width, height } = main.frame(), { scale } = main.at;
  const [x, y] = [(event.clientX - box.left) / shrunk, (event.clientY - box.top) / shrunk];
  main.put(width / 2 - x * scale, height / 2 - y * scale, scale, false);
};
map.addEventListener("pointerdown", event => { map.setPointerCapture(event.pointerId); follow(event); });
map.addEventListener("pointermove", event => { if (map.hasPointerCapture(event.pointerId)) follow(event); });
