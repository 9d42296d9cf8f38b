r"""A strict reader of TikZ pictures: where TikZ would draw the shapes, paths and arrows.

A node is as large as its smallest size, as its label fits into it; a length in a position is downwards on the page, and
so is y here.
"""

import math
import re

NUMBER = r"-?\d+(?:\.\d+)?"
PAIR = rf"\(({NUMBER}), ({NUMBER})\)"
# A point, a point from the middle of a node, or a node or one of its sides.
PLACE = rf"(?:{PAIR}|\(\[shift=\{{{PAIR}\}}\]([\w-]+)\.center\)|\(([\w-]+?)(?:\.(\w+))?\))"
LINE = re.compile(r"\\(path|node|draw|coordinate)(?:\[([^\]]*)\])? ?(.*);")
NODE = re.compile(rf"(?:\(([\w-]+)\) ?)?(?:at ({PLACE}) )?\{{.*\}}")
SIDES = {"center": (0, 0), "east": (1, 0), "west": (-1, 0), "north": (0, -1), "south": (0, 1)}
BESIDE = {"right": (1, 0), "left": (-1, 0), "above": (0, -1), "below": (0, 1)}


def blocks(source):
    """What is drawn below each comment, in order: the comment, the boxes of shapes and paths, the ends of arrows."""
    found = re.search(r"\\begin\{tikzpicture\}(\[.*?\n\]\n)(.*?)\\end\{tikzpicture\}", source, re.DOTALL)
    styles = dict(re.findall(r"^  (\w+)/\.style=\{(.*)\},$", found[1], re.MULTILINE))
    return _Reader(styles).read(found[2].split("\\path[use as bounding box", 1)[1].splitlines()[1:])


def box(points):
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


class _Reader:
    def __init__(self, styles):
        self.styles = styles
        # The middle and size of each node, and which are circles; a coordinate has no size.
        self.nodes, self.round = {}, set()

    def read(self, lines):
        found = []
        for line in lines:
            if line.startswith("% "):
                found.append((line[2:], [], []))
                continue
            command, options, rest = LINE.fullmatch(line).groups()
            _, boxes, arrows = found[-1]
            if command == "path":
                boxes.append(self._path(options, rest))
            elif command == "draw":
                arrows.append(self._arrow(rest))
            elif command == "coordinate":
                name, at = rest.split(" at ")
                self.nodes[name[1:-1]] = (*self._point(re.fullmatch(PLACE, at)), 0.0, 0.0)
            else:
                self._node(options, rest, boxes)
        return found

    def _options(self, options):
        name, *own = options.split(", ")
        return [*self.styles[name].split(", "), *own]

    def _point(self, place):
        """The point that a match of a place stands for."""
        x, y, dx, dy, name, node, side = place.groups()[-7:]
        if x is not None:
            return float(x), float(y)
        middle_x, middle_y, width, height = self.nodes[name or node]
        if name is not None:
            return middle_x + float(dx), middle_y + float(dy)
        across, down = SIDES[side or "center"]
        return middle_x + across * width / 2, middle_y + down * height / 2

    def _path(self, options, steps):
        shift = re.search(r"shift=\{(.*)\}", options)
        x, y = self._point(re.fullmatch(PLACE, shift[1])) if shift else (0.0, 0.0)
        return box([(x + float(a), y + float(b)) for a, b in re.findall(PAIR, steps)])

    def _node(self, options, rest, boxes):
        found = NODE.fullmatch(rest)
        name, at = found[1], found[2]
        said = self._options(options)
        if name is None:
            # A note.
            assert "anchor=base" in said
            self._point(re.fullmatch(PLACE, at))
            return
        assert {"inner sep=0bp", "outer sep=0bp"} <= set(said), said
        values = dict(each.split("=", 1) for each in said if "=" in each)
        sizes = ("size", "size") if "minimum size" in values else ("width", "height")
        width, height = (float(values[f"minimum {each}"].removesuffix("bp")) for each in sizes)
        text = [float(values.get(f"text {each}", "0bp").removesuffix("bp")) for each in ("height", "depth")]
        assert sum(text) <= height + 0.01, (name, text, height)
        beside = [(BESIDE[each], values[each].split("bp of ")) for each in BESIDE if each in values]
        assert len(beside) + (at is not None) == 1, rest
        if at is not None:
            x, y = self._point(re.fullmatch(PLACE, at))
        else:
            (across, down), (gap, other) = beside[0]
            x, y, *size = self.nodes[other]
            x += across * (size[0] / 2 + float(gap) + width / 2)
            y += down * (size[1] / 2 + float(gap) + height / 2)
        here = box([(x - width / 2, y - height / 2), (x + width / 2, y + height / 2)])
        if name not in self.nodes:
            boxes.append(here)
        else:
            # An outline that TikZ lacks was drawn, and its arrows meet this node.
            assert math.dist(here, boxes[-1]) < 0.1, (name, here, boxes[-1])
        self.nodes[name] = x, y, width, height
        self.round |= {name} if "circle" in said else set()

    def _arrow(self, way):
        """The ends of an arrow: a line to a node ends at its outline."""
        first, last = re.match(PLACE, way), re.search(rf"{PLACE}$", way)
        start, stop = self._point(first), self._point(last)
        return (*self._meets(first, start, stop), *self._meets(last, stop, start))

    def _meets(self, place, middle, other):
        *_, name, side = place.groups()
        if name is None or side is not None:
            return middle
        _, _, width, height = self.nodes[name]
        dx, dy = other[0] - middle[0], other[1] - middle[1]
        length = math.hypot(dx, dy)
        if name in self.round:
            share = width / 2 / length
        else:
            share = min(size / 2 / abs(d) for size, d in ((width, dx), (height, dy)) if abs(d) > 1e-9)
        return middle[0] + share * dx, middle[1] + share * dy
