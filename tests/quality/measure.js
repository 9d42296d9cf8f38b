// What a typographer would see first, measured in a browser: [what is wrong, …] for each picture.

const SLACK = 0.3;  // in pt: less than that nobody sees

function box(element) {
  const b = element.getBBox(), m = element.getCTM(), root = element.ownerSVGElement.getCTM().inverse();
  const place = (x, y) => new DOMPoint(x, y).matrixTransform(m).matrixTransform(root);
  const a = place(b.x, b.y), c = place(b.x + b.width, b.y + b.height);
  return { left: Math.min(a.x, c.x), right: Math.max(a.x, c.x), top: Math.min(a.y, c.y), bottom: Math.max(a.y, c.y) };
}

function grid(b, inset) {
  const found = [];
  for (let i = 0; i <= 8; i++) for (let j = 0; j <= 4; j++)
    found.push(new DOMPoint(b.left + inset + (b.right - b.left - 2 * inset) * i / 8,
                            b.top + inset + (b.bottom - b.top - 2 * inset) * j / 4));
  return found;
}

function along(path) {
  const length = path.getTotalLength(), count = Math.max(2, Math.ceil(length));
  return Array.from({ length: count + 1 }, (_, i) => path.getPointAtLength(length * i / count));
}

function luminance(colour) {
  const parts = colour.match(/[\da-f]{2}/gi).map((hex) => parseInt(hex, 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function measure(svg, ends) {
  const wrong = [], page = svg.viewBox.baseVal, background = svg.querySelector("rect").getAttribute("fill");
  const groups = [...svg.querySelectorAll("g")];
  const nodes = groups.filter((g) => /(^|view\d+-)node-/.test(g.id)).map((g) => {
    const shape = g.querySelector("path:not([role])");
    return { id: g.id, shape, box: box(shape), fill: shape.getAttribute("fill") };
  });
  const edges = groups.filter((g) => ends[g.id]).map((g) => {
    const path = g.querySelector("path:not([role])");
    return { id: g.id, points: along(path), ends: ends[g.id] };
  });
  const heats = groups.filter((g) => /(^|view\d+-)heat-/.test(g.id)).map((g) => ({ id: g.id, box: box(g.querySelector("path")) }));
  const fills = groups.flatMap((g) => [...g.querySelectorAll("path:not([role])")]).filter((p) => /Z$/.test(p.getAttribute("d")) && p.getAttribute("fill") !== "none");
  const texts = [...svg.querySelectorAll("path[role=img]")].map((path) => {
    return { path, home: path.closest("g").id, said: path.getAttribute("aria-label"), box: box(path) };
  }).filter((text) => text.box.right > text.box.left);
  const apart = (a, b) => a.right <= b.left + SLACK || b.right <= a.left + SLACK || a.bottom <= b.top + SLACK || b.bottom <= a.top + SLACK;

  texts.forEach((text, number) => {
    const { left, right, top, bottom } = text.box;
    if (left < -SLACK || top < -SLACK || right > page.width + SLACK || bottom > page.height + SLACK)
      wrong.push(`${text.said} leaves the page`);
    for (const other of texts.slice(number + 1))
      if (!apart(text.box, other.box)) wrong.push(`${text.said} (${text.home}) lies on ${other.said} (${other.home})`);
    for (const node of nodes) {
      if (node.id === text.home) {
        if (!grid(text.box, SLACK).every((point) => node.shape.isPointInFill(point)))
          wrong.push(`${text.said} leaves its shape ${node.id}`);
      } else if (!apart(text.box, node.box) && grid(text.box, SLACK).some((point) => node.shape.isPointInFill(point)))
        wrong.push(`${text.said} (${text.home}) lies on the shape ${node.id}`);
    }
    for (const edge of edges)
      if (edge.points.some((p) => p.x > left + SLACK && p.x < right - SLACK && p.y > top + SLACK && p.y < bottom - SLACK))
        wrong.push(`${text.said} (${text.home}) lies on the arrow ${edge.id}`);
    for (const heat of heats)
      if (!apart(text.box, heat.box)) wrong.push(`${text.said} (${text.home}) lies on ${heat.id}`);
    const middle = new DOMPoint((left + right) / 2, (top + bottom) / 2);
    const below = fills.filter((path) => path.isPointInFill(middle)).at(-1);
    const ratio = contrast(text.path.getAttribute("fill"), below ? below.getAttribute("fill") : background);
    if (ratio < 4.5) wrong.push(`${text.said} (${text.home}) has a contrast of ${ratio.toFixed(2)}`);
  });
  for (const edge of edges)
    for (const node of nodes)
      if (!edge.ends.includes(node.id) && edge.points.some((p) => inside(node, p)))
        wrong.push(`the arrow ${edge.id} crosses the shape ${node.id}`);
  heats.forEach(({ id, box }, number) => {
    if (box.left < -SLACK || box.top < -SLACK || box.right > page.width + SLACK || box.bottom > page.height + SLACK)
      wrong.push(`${id} leaves the page`);
    for (const other of [...nodes, ...heats.slice(number + 1)])
      if (!apart(box, other.box)) wrong.push(`${id} and ${other.id} overlap`);
    for (const edge of edges)
      if (edge.points.some((p) => p.x > box.left + SLACK && p.x < box.right - SLACK && p.y > box.top + SLACK && p.y < box.bottom - SLACK))
        wrong.push(`${id} lies on the arrow ${edge.id}`);
  });
  nodes.forEach((node, number) => {
    for (const other of nodes.slice(number + 1))
      if (!apart(node.box, other.box)) wrong.push(`the shapes ${node.id} and ${other.id} overlap`);
  });
  return wrong;
}

function inside({ shape, box }, point) {
  return point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom
    && [[0, 0], [0.6, 0], [-0.6, 0], [0, 0.6], [0, -0.6]]
      .every(([dx, dy]) => shape.isPointInFill(new DOMPoint(point.x + dx, point.y + dy)));
}
