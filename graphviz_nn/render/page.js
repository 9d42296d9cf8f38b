"use strict";
(() => {
  const found = id => document.getElementById(id);
  const [picture, view, tip, said, about] = ["picture", "view", "tip", "said", "about"].map(found);
  const { states, groups, all, none, steps } = JSON.parse(found("states").textContent);
  for (const each of view.children) groups[each.dataset.group] ??= each.innerHTML;
  const MARGIN = 24, NATURAL = 4 / 3, STEP = 60;
  let now = 0, x = 0, y = 0, scale = 1, isFitted = true, shown = null;

  // The position of the picture.
  const frame = () => picture.getBoundingClientRect();
  const move = () => {
    view.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(5)})`);
    if (shown) place(shown);
  };
  const fit = () => {
    const { width, height } = frame(), { w, h } = states[now];
    scale = Math.max(0.02, Math.min((width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h, 1.5 * NATURAL));
    [x, y, isFitted] = [(width - scale * w) / 2, (height - scale * h) / 2, true];
    move();
  };
  const pan = (dx, dy) => { x += dx; y += dy; isFitted = false; move(); };
  const zoom = (factor, px, py) => {
    const next = Math.min(20, Math.max(0.02, scale * factor));
    [x, y, scale, isFitted] = [px - (px - x) * next / scale, py - (py - y) * next / scale, next, false];
    move();
  };
  const zoomMiddle = factor => { const { width, height } = frame(); zoom(factor, width / 2, height / 2); };

  // The description of a part.
  const element = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const place = thing => {
    const box = thing.getBoundingClientRect(), { width, height } = tip.getBoundingClientRect();
    const below = box.bottom + 8 + height < innerHeight ? box.bottom + 8 : Math.max(8, box.top - height - 8);
    const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), Math.max(8, innerWidth - width - 8));
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(below)}px)`;
  };
  const hide = () => { shown = null; tip.hidden = true; };
  const show = thing => {
    if (thing === shown) return;
    if (!thing) return hide();
    shown = thing;
    const facts = document.createElement("dl");
    for (const [word, what] of JSON.parse(thing.dataset.facts)) facts.append(element("dt", word), element("dd", what));
    tip.replaceChildren(element("b", thing.dataset.name), facts);
    if (thing.dataset.go) {
      const deed = thing.getAttribute("aria-expanded") === "true" ? "closes" : "opens";
      tip.append(element("i", `click or Enter ${deed} it`));
    }
    tip.hidden = false;
    place(thing);
  };

  // The open blocks.
  const middle = box => [box.left + box.width / 2, box.top + box.height / 2];
  const named = name => [...view.querySelectorAll("[data-go]")].filter(each => each.dataset.go === name);
  const change = (next, anchor, name) => {
    if (next === undefined || next === now) return;
    const place = anchor ? Math.max(0, named(name).indexOf(anchor)) : 0;
    const before = anchor && middle((boxOf(anchor)).getBoundingClientRect());
    const hadFocus = anchor && anchor.contains(document.activeElement);
    hide();
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
    } else if (isFitted || !steps) fit();
    said.textContent = states[now].said;
    refresh();
  };
  // For an opened block this is its whole frame, of which the title is only a part.
  const boxOf = thing => {
    const box = thing.dataset.box && [...view.querySelectorAll("[data-frame]")]
      .filter(each => each.dataset.frame === thing.dataset.box);
    return box && box.length ? box[Math.max(0, named(thing.dataset.go).indexOf(thing)) % box.length] : thing;
  };
  const keepInside = box => {
    const room = frame();
    const slip = (low, high, from, to) => high - low > to - from ? 0 : Math.max(0, from - low) - Math.max(0, high - to);
    const dx = slip(box.left, box.right, room.left + MARGIN, room.right - MARGIN);
    const dy = slip(box.top, box.bottom, room.top + MARGIN, room.bottom - MARGIN);
    if (dx || dy) pan(dx, dy);
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

  // Pointers: one moves the picture, two zoom it.
  const pointers = new Map();
  let travelled = 0;
  picture.addEventListener("pointerdown", event => {
    if (event.button) return;
    if (!pointers.size) travelled = 0;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  picture.addEventListener("pointermove", event => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const next = [event.clientX, event.clientY], { left, top } = frame();
    travelled += Math.hypot(next[0] - last[0], next[1] - last[1]);
    // A captured pointer would receive the click.
    if (travelled > 4 && !picture.hasPointerCapture(event.pointerId)) picture.setPointerCapture(event.pointerId);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = at => Math.hypot(at[0] - other[0], at[1] - other[1]);
      pan((next[0] - last[0]) / 2, (next[1] - last[1]) / 2);
      zoom(apart(next) / Math.max(1, apart(last)), (next[0] + other[0]) / 2 - left, (next[1] + other[1]) / 2 - top);
    } else if (travelled > 4) {
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
  view.addEventListener("click", event => {
    const thing = event.target.closest("[data-go]");
    if (thing && travelled <= 4) toggle(thing);
  });
  view.addEventListener("pointerover", event => show(event.target.closest("[data-name]")));
  picture.addEventListener("pointerout", event => { if (!view.contains(event.relatedTarget)) hide(); });

  // Keys.
  view.addEventListener("focusin", event => {
    const thing = event.target.closest("[data-name]");
    if (!thing) return;
    keepInside(thing.getBoundingClientRect());
    show(thing);
  });
  view.addEventListener("focusout", hide);
  const KEYS = {
    "+": () => zoomMiddle(1.25), "=": () => zoomMiddle(1.25), "-": () => zoomMiddle(0.8), "0": fit, "Escape": hide,
    "ArrowLeft": () => pan(STEP, 0), "ArrowRight": () => pan(-STEP, 0),
    "ArrowUp": () => pan(0, STEP), "ArrowDown": () => pan(0, -STEP),
  };
  const forward = () => step(now + 1), back = () => step(now - 1);
  if (steps) Object.assign(KEYS, {
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
    else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
    else return;
    event.preventDefault();
  });

  // Buttons.
  const root = document.documentElement, night = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.scheme ? root.dataset.scheme === "dark" : night.matches;
  const pressed = () => found("scheme").setAttribute("aria-pressed", isDark());
  const deeds = {
    smaller: () => zoomMiddle(0.8), larger: () => zoomMiddle(1.25), fit,
    open: () => { change(all); fit(); }, close: () => { change(none); fit(); },
    previous: back, next: forward,
    scheme: () => { root.dataset.scheme = isDark() ? "light" : "dark"; pressed(); },
  };
  for (const [id, deed] of Object.entries(deeds)) found(id)?.addEventListener("click", deed);
  night.addEventListener("change", pressed);
  addEventListener("resize", () => isFitted ? fit() : move());
  picture.removeAttribute("viewBox");
  found("tools").hidden = false;
  pressed();
  refresh();
  fit();
})();
