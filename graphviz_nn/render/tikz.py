"""A scene as TikZ to tweak by hand: named nodes, arrows between them, labels set by LaTeX."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.measure import typeset
from graphviz_nn.layout.near import Near
from graphviz_nn.render.fonts import packages, provided
from graphviz_nn.render.labels import PACKAGES
from graphviz_nn.render.svg import number
from graphviz_nn.render.tikz_arrows import Arrow, arrow, route
from graphviz_nn.render.tikz_items import (
    baseline,
    comment,
    drawn,
    kind,
    measured,
    node,
    numbered,
    page,
    point,
    preamble,
    style,
    uses,
    written,
)
from graphviz_nn.render.tikz_shapes import Place, beside, in_flow, moved, places, position, tails, view
from graphviz_nn.scene.primitives import Group, Path, Scene, Text

LIBRARIES = r"\usetikzlibrary{arrows.meta, positioning}"
DOCUMENT = r"""\documentclass[tikz, border=0pt]{standalone}
%s
%s
\begin{document}
%s\end{document}
"""
# A group and its place in the scene.
Numbered = tuple[int, Group]
# A note so near to a shape moves with it, in pt.
NEAR = 24.0


def tikz(scene: Scene) -> bytes:
    """The bytes of a LaTeX document of the picture's size."""
    picture = tikzpicture(scene)
    before = packages(scene.latex.preamble if scene.latex else PACKAGES, picture)
    return (DOCUMENT % (LIBRARIES, before, picture)).encode()


def tikzpicture(scene: Scene) -> str:
    r"""The picture without a document: an environment that defines its colours and styles.

    A shape is a node with a name, an arrow runs between two of them, and a note is placed from its shape: what is moved
    takes along what belongs to it.

    Raises
    ------
    LabelError
        If LaTeX can't set a label.
    UsageError
        If the picture is larger than TeX's longest length.

    Examples
    --------
    >>> from graphviz_nn.scene.outlines import OUTLINES
    >>> box = Path(OUTLINES["box"](10.0, 5.0, 12.0, 8.0), "#FFFFFF", "#2D3748", 1.0)
    >>> group = Group("node-x", "an input", (box, Text("x", 10.0, 5.0, 10.0, "#2D3748")), name="x")
    >>> found = tikzpicture(Scene(20.0, 10.0, "#FFFFFF", "title", "description", (group,)))
    >>> print(found[found.index("% an input") :])
    % an input
    \node[node1] (x) at (10, 5) {$x$};
    \end{tikzpicture}
    <BLANKLINE>
    """
    return _Picture(scene).written()


class _Picture:
    """Collects the lines of a picture, and the styles that they use."""

    def __init__(self, scene: Scene) -> None:
        self.before, self.scene = preamble(scene), scene
        self.items = [item for group in scene.groups for item in group.items]
        self.colours = numbered([(scene.background, "page"), *(use for item in self.items for use in uses(item))])
        self.known = measured(scene.latex, self.items) if scene.latex else None
        self.places = places(scene.groups)
        self.near = Near({group: place.box for group, place in self.places.items()})
        self.nodes = {group.id: self._label(group) for group in scene.groups if group.id in self.places}
        self.arrows = {
            number: found
            for number, group in enumerate(scene.groups)
            if group.ends and (found := arrow(group, *map(self.places.get, group.ends)))
        }
        self.by_box = {place.box: place for place in self.places.values()}
        self.tails = tails(scene.groups, self.places)
        self.led_to = {self.places[group].name for group in self.tails}
        self.styles, self.done = dict[tuple[str, str], str](), set[str]()
        self.common = self._common()

    def written(self) -> str:
        # A node has to be known before an arrow ends at it, or another node stands beside it.
        flow = {group: place for place, group in enumerate(in_flow(self.scene.groups, self.places))}
        # One view after the other, as what is behind one is drawn before its shapes.
        parts = [
            (group, list(self._group(place, group)))
            for _, groups in groupby(enumerate(self.scene.groups), key=lambda each: view(each[1]))
            for place, group in self._in_order(list(groups), flow)
        ]
        lines = [line for group, found in parts if any(found) for line in (f"% {comment(group.title)}", *found)]
        needs = [f"% needs {LIBRARIES}"] if self.places else []
        styles = {name: said for (_, said), name in sorted(self.styles.items(), key=lambda each: _counted(each[1]))}
        head = [*self.before, *needs, *page(self.scene, styles, self.colours)]
        picture = "\n".join(line for line in [*head, *lines, "\\end{tikzpicture}\n"] if line)
        return "\n".join([*provided(picture), picture])

    def _in_order(self, groups: Sequence[Numbered], flow: Mapping[str, int]) -> list[Numbered]:
        """The groups of a view with their numbers: what is behind the shapes, they, their arrows, the rest."""
        first = next((place for place, _ in groups if place in self.arrows), len(self.scene.groups))

        def order(each: Numbered) -> tuple[int, int]:
            place, group = each
            if group.id in self.places:
                return 1, flow[group.id]
            return 2 if place in self.arrows else 0 if place < first else 3, 0

        return sorted(groups, key=order)

    def _group(self, number: int, group: Group) -> Iterator[str]:
        if group.id in self.places:
            yield from self._shape(group)
        elif number in self.arrows:
            yield from self._arrow(self.arrows[number], group)
        else:
            yield from (self._item(item, self._owner(item)) for item in group.items)

    def _named(self, use: str, said: str) -> str:
        """The name of a style, a new one if it is new."""
        if (use, said) not in self.styles:
            self.styles[use, said] = f"{use}{sum(each == use for each, _ in self.styles) + 1}"
        return self.styles[use, said]

    # Shapes.

    def _label(self, group: Group) -> Text | None:
        """The text in the middle of a shape, if it is set inside the node."""
        place = self.places[group.id]
        for item in group.items[1:]:
            if not isinstance(item, Text) or not item.tex.strip() or abs(item.x - place.x) > 0.05:
                continue
            if 2 * abs(baseline(item, self.known) - place.y) <= place.height:
                return item
        return None

    def _look(self, group: Group) -> str:
        """The style of a node without what differs from node to node."""
        place, outline, label = self.places[group.id], group.items[0], self.nodes[group.id]
        assert isinstance(outline, Path)
        keys = [place.shape, self._said(outline)] if place.outline else ["rectangle"]
        keys.append("inner sep=0bp, outer sep=0bp")
        if label is not None:
            keys.append(self._said(label).removeprefix("anchor=base, inner sep=0bp, "))
        return ", ".join(key for key in keys if key)

    def _own(self, group: Group) -> tuple[str, str]:
        """The size of a node, and the height of its text, which sets its baseline."""
        place, label = self.places[group.id], self.nodes[group.id]
        if label is None:
            return place.size, ""
        above = 2 * (baseline(label, self.known) - place.y)
        return place.size, f"text height={number(max(above, 0.0))}bp, text depth={number(max(-above, 0.0))}bp"

    def _common(self) -> dict[str, tuple[str, str]]:
        """The most frequent size and height of text of each look, which belong to the style."""
        counts: dict[str, tuple[Counter[str], Counter[str]]] = {}
        for group in self.scene.groups:
            if group.id in self.places:
                sizes, heights = counts.setdefault(self._look(group), (Counter(), Counter()))
                size, height = self._own(group)
                sizes[size] += 1
                heights[height] += 1
        return {said: (_most(sizes), _most(heights)) for said, (sizes, heights) in counts.items()}

    def _shape(self, group: Group) -> Iterator[str]:
        place, outline, label = self.places[group.id], group.items[0], self.nodes[group.id]
        assert isinstance(outline, Path)
        said = self._look(group)
        keys = [self._named("node", ", ".join(filter(None, (said, *self.common[said]))))]
        keys += [own for own, common in zip(self._own(group), self.common[said], strict=True) if own != common]
        # What the main line runs through comes before what hangs off it.
        before = sorted(
            (each for each in self.tails.get(group.id, ()) if each.name in self.done),
            key=lambda each: each.name not in self.led_to,
        )
        where = position(place, before)
        at = "" if where else f" at {point(place.x, place.y)}"
        if not place.outline:
            # A shape that TikZ lacks is drawn around the node's middle.
            level = next((each for each in before if abs(each.y - place.y) < 0.005), None)
            middle = beside(level, place.x, place.y) if level else point(place.x, place.y)
            yield rf"\coordinate ({place.name}) at {middle};"
            yield drawn(Path(moved(outline.commands, place)), f"{self._style(outline)}, shift={{({place.name})}}")
            where, at = "", f" at ({place.name})"
        self.done.add(place.name)
        inside = written(label, self.known) if label is not None else ""
        yield rf"\node[{', '.join(filter(None, (*keys, where)))}] ({place.name}){at} {{{inside}}};"
        for item in group.items[1:]:
            if item is not label:
                yield self._item(item, place)

    # Arrows.

    def _arrow(self, found: Arrow, group: Group) -> Iterator[str]:
        line, *_ = group.items
        keys = [self._named("arrow" if found.tip else "line", ", ".join(filter(None, (self._said(line), found.style))))]
        texts = [item for item in group.items if isinstance(item, Text) and item.tex.strip()]
        on_it = texts if found.is_straight else []
        way, more = route(found, "".join(self._on(found, text) for text in on_it))
        yield rf"\draw[{', '.join(filter(None, (*keys, more)))}] {way};"
        for text in texts if not found.is_straight else ():
            yield self._item(text, self._owner(text) or found.tail)

    def _on(self, found: Arrow, text: Text) -> str:
        """A label on a straight arrow, at its share of the way."""
        (x0, y0), (x1, y1) = found.points
        x, y = text.x, baseline(text, self.known)
        dx, dy = x1 - x0, y1 - y0
        share = round(min(max(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy or 1.0), 0.0), 1.0), 2)
        away = f"shift={{({number(x - x0 - share * dx)}, {number(y - y0 - share * dy)})}}"
        return f"node[{self._style(text)}, pos={share:g}, {away}] {{{written(text, self.known)}}} "

    # Other items.

    def _item(self, item: Path | Text, owner: Place | None) -> str:
        named = self._style(item)
        if owner is None:
            return drawn(item, named) if isinstance(item, Path) else node(item, named, self.known)
        if isinstance(item, Path):
            return drawn(Path(moved(item.commands, owner)), f"{named}, shift={{({owner.name}.center)}}")
        if not item.tex.strip():
            return ""
        where = beside(owner, item.x, baseline(item, self.known))
        return rf"\node[{named}] at {where} {{{written(item, self.known)}}};"

    def _owner(self, item: Path | Text) -> Place | None:
        """The shape that a note belongs to: the nearest, if it is near."""
        if isinstance(item, Path):
            return None
        size = typeset(item.tex, item.family)
        here = Box(item.x, item.y, size.width * item.size, size.height * item.size, "box")
        # A title comes before the shapes, and TeX knows no node that comes later.
        known = [box for box in self.near.beside(here, NEAR) if self.by_box[box].name in self.done]
        found = {_apart(here, box): box for box in known}
        nearest = min(found, default=NEAR)
        return self.by_box[found[nearest]] if nearest < NEAR else None

    def _said(self, item: Path | Text) -> str:
        return style(item, self.colours)

    def _style(self, item: Path | Text) -> str:
        """The name of the style of an item."""
        return self._named(kind(item), self._said(item))


def _most(counts: Counter[str]) -> str:
    return counts.most_common(1)[0][0]


def _apart(one: Box, other: Box) -> float:
    """The distance of two boxes."""
    across = abs(one.x - other.x) - (one.width + other.width) / 2
    down = abs(one.y - other.y) - (one.height + other.height) / 2
    return math.hypot(max(across, 0.0), max(down, 0.0))


def _counted(name: str) -> tuple[str, int]:
    """A name's kind and number, to sort by."""
    found = name.rstrip("0123456789")
    return found, int(name[len(found) :])
