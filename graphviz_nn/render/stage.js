// What pages share: a picture that moves and zooms, a tip beside what is pointed at, and the button for dark mode.
const found = id => document.getElementById(id);
const element = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
const MARGIN = 24, NATURAL = 4 / 3, STEP = 60, LEAST = 0.02, MOST = 20;

// The position of a picture in its frame. `size` gives its extent, and `moved` hears of each move.
const stage = (picture, view, size, moved) => {
  const at = { x: 0, y: 0, scale: 1, isFitted: true, travelled: 0 };
  const frame = () => picture.getBoundingClientRect();
  const move = () => {
    const { x, y, scale } = at;
    view.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(5)})`);
    moved();
  };
  const put = (x, y, scale, isFitted) => { Object.assign(at, { x, y, scale, isFitted }); move(); };
  const whole = () => {
    const { width, height } = frame(), { w, h } = size();
    return Math.min(Math.max(1, width - 2 * MARGIN) / w, Math.max(1, height - 2 * MARGIN) / h, 1.5 * NATURAL);
  };
  const fit = () => {
    const { width, height } = frame(), { w, h } = size(), scale = whole();
    put((width - scale * w) / 2, (height - scale * h) / 2, scale, true);
  };
  const pan = (dx, dy) => put(at.x + dx, at.y + dy, at.scale, false);
  const zoom = (factor, px, py) => {
    const next = Math.min(MOST, Math.max(Math.min(LEAST, whole()), at.scale * factor)), by = next / at.scale;
    put(px - (px - at.x) * by, py - (py - at.y) * by, next, false);
  };
  const zoomMiddle = factor => { const { width, height } = frame(); zoom(factor, width / 2, height / 2); };
  const keepInside = box => {
    const room = frame();
    const slip = (low, high, from, to) => high - low > to - from ? 0 : Math.max(0, from - low) - Math.max(0, high - to);
    const dx = slip(box.left, box.right, room.left + MARGIN, room.right - MARGIN);
    const dy = slip(box.top, box.bottom, room.top + MARGIN, room.bottom - MARGIN);
    if (dx || dy) pan(dx, dy);
  };

  // One pointer moves the picture, two zoom it.
  const pointers = new Map();
  picture.addEventListener("pointerdown", event => {
    if (event.button) return;
    if (!pointers.size) at.travelled = 0;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  picture.addEventListener("pointermove", event => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const next = [event.clientX, event.clientY], { left, top } = frame();
    at.travelled += Math.hypot(next[0] - last[0], next[1] - last[1]);
    // A captured pointer would receive the click.
    if (at.travelled > 4 && !picture.hasPointerCapture(event.pointerId)) picture.setPointerCapture(event.pointerId);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = at => Math.hypot(at[0] - other[0], at[1] - other[1]);
      pan((next[0] - last[0]) / 2, (next[1] - last[1]) / 2);
      zoom(apart(next) / Math.max(1, apart(last)), (next[0] + other[0]) / 2 - left, (next[1] + other[1]) / 2 - top);
    } else if (at.travelled > 4) {
      picture.classList.add("moving");
      pan(next[0] - last[0], next[1] - last[1]);
    }
    pointers.set(event.pointerId, next);
  });
  for (const end of ["pointerup", "pointercancel"])
    picture.addEventListener(end, event => { pointers.delete(event.pointerId); picture.classList.remove("moving"); });
  picture.addEventListener("wheel", event => {
    event.preventDefault();
    const { left, top } = frame(), lines = event.deltaMode ? 20 : 1, pinch = event.ctrlKey ? 5 : 1;
    zoom(Math.exp(-event.deltaY * lines * pinch * 0.0015), event.clientX - left, event.clientY - top);
  }, { passive: false });
  addEventListener("resize", () => at.isFitted ? fit() : move());
  const keys = {
    "+": () => zoomMiddle(1.25), "=": () => zoomMiddle(1.25), "-": () => zoomMiddle(0.8), "0": fit,
    "ArrowLeft": () => pan(STEP, 0), "ArrowRight": () => pan(-STEP, 0),
    "ArrowUp": () => pan(0, STEP), "ArrowDown": () => pan(0, -STEP),
  };
  const deeds = { smaller: keys["-"], larger: keys["+"], fit };
  return { at, frame, move, put, fit, pan, zoom, keepInside, keys, deeds };
};

// The description of a thing, under it or above it, or beside it where there is room.
const tipOf = (tip, isBeside) => {
  let shown = null;
  const place = () => {
    if (!shown) return;
    const box = shown.getBoundingClientRect(), { width, height } = tip.getBoundingClientRect();
    const below = box.bottom + 8 + height < innerHeight ? box.bottom + 8 : Math.max(8, box.top - height - 8);
    const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), Math.max(8, innerWidth - width - 8));
    const right = box.right + 12, level = Math.min(Math.max(8, box.top), Math.max(8, innerHeight - height - 8));
    const [x, y] = isBeside && right + width + 8 < innerWidth ? [right, level] : [left, below];
    tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };
  const hide = () => { shown = null; tip.hidden = true; };
  const show = (thing, name, facts, deed) => {
    shown = thing;
    const list = document.createElement("dl");
    for (const [word, what] of facts) list.append(element("dt", word), element("dd", what));
    tip.replaceChildren(element("b", name), list);
    if (deed) tip.append(element("i", `click or Enter ${deed} it`));
    tip.hidden = false;
    place();
  };
  return { place, hide, show, of: () => shown };
};

const withButtons = deeds => {
  const root = document.documentElement, night = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.scheme ? root.dataset.scheme === "dark" : night.matches;
  const pressed = () => found("scheme").setAttribute("aria-pressed", isDark());
  const scheme = () => { root.dataset.scheme = isDark() ? "light" : "dark"; pressed(); };
  for (const [id, deed] of Object.entries({ ...deeds, scheme })) found(id)?.addEventListener("click", deed);
  night.addEventListener("change", pressed);
  found("tools").hidden = false;
  pressed();
};
