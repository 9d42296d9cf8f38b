"""The shapes of PowerPoint in its own language (DrawingML); lengths become 12,700ths of a pt."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist
from typing import TypeAlias

from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.letters import outlined
from graphviz_nn.render.svg import escape
from graphviz_nn.scene.primitives import Group, Path, Text
from graphviz_nn.style.runs import Run, runs

# A typeface on every machine with PowerPoint, as wide as those of the other formats; and its ascent and descent, at
# size 1.
FONTS = {"serif": ("Times New Roman", 0.891, 0.216), "sans": ("Verdana", 1.005, 0.21)}
# The offsets of subscripts and superscripts, in thousandths of a percent of the size.
SHIFTS = {-1: "-15000", 1: "40000"}
NAMESPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
VERBS = {"M": "moveTo", "L": "lnTo", "Q": "quadBezTo", "C": "cubicBezTo"}
ROUNDED = "MLCLCLCLCZ"
# The largest distance between an arrow's end and a connection site for gluing, in pt.
NEAR = 1.0
# The sizes of arrowheads, in widths of a line that has at least this width.
HEADS, LEAST = {"sm": 2, "med": 3, "lg": 5}, 2.0
Point: TypeAlias = tuple[float, float]
Head: TypeAlias = tuple[float, float]
"""The length and the width of an arrowhead."""


class Outline:
    """A path in PowerPoint: its box, its preset shape if it has one, its connection sites."""

    def __init__(self, path: Path) -> None:
        self.path = path
        points = [point for _, values in path.commands for point in zip(values[::2], values[1::2], strict=True)]
        self.left, self.right = min(x for x, _ in points), max(x for x, _ in points)
        self.top, self.bottom = min(y for _, y in points), max(y for _, y in points)
        self.width, self.height = self.right - self.left, self.bottom - self.top
        self.middle = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        verbs = "".join(letter for letter, _ in path.commands)
        self.preset, self.radius = "", 0.0
        if verbs == ROUNDED:
            self.radius = (points[0][0] - self.left) / min(self.width, self.height)
            is_circle = self.radius > 0.499 and abs(self.width - self.height) < 0.01
            self.preset = "ellipse" if is_circle else "roundRect"
        elif verbs == "MLLLZ" and len({x for x, _ in points}) == len({y for _, y in points}) == 2:
            self.preset = "rect"
        self.sites = self._sites(points)

    def _sites(self, points: list[Point]) -> list[Point]:
        """The connection sites: the middles of the top, the left, the bottom and the right."""
        (x, y), a, b = self.middle, self.width / 2, self.height / 2
        if self.preset:
            return [(x, y - b), (x - a, y), (x, y + b), (x + a, y)]
        middles = [((x + u) / 2, (y + v) / 2) for (x, y), (u, v) in pairwise([*points, points[0]])]
        return middles[:1] + middles[:0:-1]

    def parted(self, items: Sequence[Path | Text]) -> tuple[Text | None, list[Path | Text]]:
        """The editable text in the middle, if there is one, and the other items."""

        def fits(text: Text) -> bool:
            apart = abs(text.x - self.middle[0]), abs(text.y - self.middle[1])
            return apart[0] < 1 and apart[1] < text.size / 2 and bool(runs(text.tex))

        inside = next((item for item in items if isinstance(item, Text) and fits(item)), None)
        return inside, [item for item in items if item is not inside]

    def reach(self, point: Point) -> None:
        """Add a connection site at a point, if there is none; a preset can't have more than its own."""
        if min(dist(site, point) for site in self.sites) > NEAR:
            self.preset = ""
            self.sites.append(point)

    def site(self, point: Point) -> int:
        """The number of the connection site at a point."""
        near = min(range(len(self.sites)), key=lambda index: dist(self.sites[index], point))
        # An ellipse has others between these.
        return 2 * near if self.preset == "ellipse" else near


def shape(number: int, name: str, title: str, outline: Outline, text: Text | None) -> str:
    """A shape with its text."""
    return _shape(number, name, title, outline, _body(text, outline) if text else "")


def freeform(number: int, name: str, title: str, path: Path, head: Head | None = None) -> str:
    """A path, with an arrowhead at its end if it has one."""
    return _shape(number, name, title, Outline(path), "", head)


def line(whole: Group) -> tuple[Path, Head | None]:
    """A line up to the tip of its head, where native heads end, and the length and width of the head."""
    shaft, *heads = [item for item in whole.items if isinstance(item, Path)]
    if not heads:
        return shaft, None
    tip, one, other = [(values[0], values[1]) for _, values in heads[0].commands[:3]]
    *commands, (letter, values) = shaft.commands
    path = replace(shaft, commands=(*commands, (letter, (*values[:-2], *tip))))
    return path, (dist(tip, ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)), dist(one, other))


def text_box(number: int, name: str, text: Text) -> str:
    """A separate text, in a box of the size of its line."""
    found = typeset(text.tex, text.family)
    baseline = text.y + (found.top + found.bottom) / 2 * text.size
    half = found.width / 2 * text.size
    _, above, below = FONTS[text.family]
    top, bottom = baseline - above * text.size, baseline + below * text.size
    left, right = text.x - half, text.x + half
    corners = (("M", (left, top)), ("L", (right, top)), ("L", (right, bottom)), ("L", (left, bottom)), ("Z", ()))
    box = Outline(Path(corners))
    return _shape(number, name, "", box, _body(text, box), is_text=True)


def letters(number: int, name: str, text: Text) -> str:
    """A text that PowerPoint can't write, as an outline of its letters."""
    return _shape(number, name, text.tex, Outline(outlined(text)), "")


def connector(
    number: int, name: str, title: str, path: Path, glued: Sequence[tuple[int, int] | None], head: Head | None
) -> str:
    """A straight line whose ends are glued to sites of shapes, each given by its number."""
    (_, (x, y)), (_, (u, v)) = path.commands
    flips = (' flipH="1"' if u < x else "") + (' flipV="1"' if v < y else "")
    joints = "".join(
        f'<a:{tag} id="{end[0]}" idx="{end[1]}"/>' for tag, end in zip(("stCxn", "endCxn"), glued, strict=True) if end
    )
    return (
        f"<p:cxnSp {NAMESPACES}><p:nvCxnSpPr>{_about(number, name, title)}<p:cNvCxnSpPr>{joints}</p:cNvCxnSpPr>"
        f"<p:nvPr/></p:nvCxnSpPr><p:spPr>{_frame(Outline(path), flips)}"
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom>{_stroke(path, head)}</p:spPr></p:cxnSp>'
    )


def group(number: int, name: str, title: str, parts: Iterable[str]) -> str:
    """Shapes as one group, whose position follows from them."""
    inside = "".join(parts)
    boxes = re.findall(r'<a:off x="(-?\d+)" y="(-?\d+)"/><a:ext cx="(\d+)" cy="(\d+)"/>', inside)
    sides = [(int(x), int(y), int(x) + int(cx), int(y) + int(cy)) for x, y, cx, cy in boxes]
    left, top = min(side[0] for side in sides), min(side[1] for side in sides)
    width, height = max(side[2] for side in sides) - left, max(side[3] for side in sides) - top
    place = f'x="{left}" y="{top}"', f'cx="{width}" cy="{height}"'
    return (
        f"<p:grpSp {NAMESPACES}><p:nvGrpSpPr>{_about(number, name, title)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
        f"<p:grpSpPr><a:xfrm><a:off {place[0]}/><a:ext {place[1]}/><a:chOff {place[0]}/><a:chExt {place[1]}/>"
        f"</a:xfrm></p:grpSpPr>{inside}</p:grpSp>"
    )


def _shape(
    number: int, name: str, title: str, outline: Outline, body: str, head: Head | None = None, is_text: bool = False
) -> str:
    path = outline.path
    kind = ' txBox="1"' if is_text else ""
    fill = _filled(path.fill) if path.fill else "<a:noFill/>"
    return (
        f"<p:sp {NAMESPACES}><p:nvSpPr>{_about(number, name, title)}<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr>"
        f"<p:spPr>{_frame(outline)}{_geometry(outline)}{fill}{_stroke(path, head)}</p:spPr>{body}</p:sp>"
    )


def _about(number: int, name: str, title: str) -> str:
    return f'<p:cNvPr id="{number}" name="{escape(name)}" descr="{escape(title)}"/>'


def _units(length: float) -> int:
    return round(length * 12700)


def _frame(outline: Outline, flips: str = "") -> str:
    return (
        f'<a:xfrm{flips}><a:off x="{_units(outline.left)}" y="{_units(outline.top)}"/>'
        f'<a:ext cx="{_units(outline.width)}" cy="{_units(outline.height)}"/></a:xfrm>'
    )


def _geometry(outline: Outline) -> str:
    if outline.preset:
        radius = f'<a:gd name="adj" fmla="val {round(outline.radius * 100_000)}"/>'
        adjusted = radius if outline.preset == "roundRect" else ""
        return f'<a:prstGeom prst="{outline.preset}"><a:avLst>{adjusted}</a:avLst></a:prstGeom>'
    is_closed = outline.path.commands[-1][0] == "Z"

    def point(x: float, y: float) -> str:
        return f'x="{_units(x - outline.left)}" y="{_units(y - outline.top)}"'

    sites = "".join(f'<a:cxn ang="0"><a:pos {point(*site)}/></a:cxn>' for site in outline.sites if is_closed)
    steps = "".join(
        f"<a:{VERBS[letter]}>{points}</a:{VERBS[letter]}>" if letter in VERBS else "<a:close/>"
        for letter, values in outline.path.commands
        for points in ["".join(f"<a:pt {point(*p)}/>" for p in zip(values[::2], values[1::2], strict=True))]
    )
    fill = "" if is_closed else ' fill="none"'
    size = f'w="{_units(outline.width)}" h="{_units(outline.height)}"{fill}'
    return (
        f"<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst>{sites}</a:cxnLst>"
        f'<a:rect l="l" t="t" r="r" b="b"/><a:pathLst><a:path {size}>{steps}'
        "</a:path></a:pathLst></a:custGeom>"
    )


def _filled(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'


def _stroke(path: Path, head: Head | None) -> str:
    if not path.stroke:
        return "<a:ln><a:noFill/></a:ln>"
    pairs = zip(path.dash[::2], path.dash[1::2], strict=True)
    stops = "".join(f'<a:ds d="{_share(dash, path)}" sp="{_share(gap, path)}"/>' for dash, gap in pairs)
    dashes = f"<a:custDash>{stops}</a:custDash>" if stops else ""
    tip = ""
    if head:
        length, width = (
            min(HEADS, key=lambda word: abs(HEADS[word] * max(path.width, LEAST) - wanted)) for wanted in head
        )
        tip = f'<a:tailEnd type="triangle" w="{width}" len="{length}"/>'
    return (
        f'<a:ln w="{_units(path.width)}" cap="flat">{_filled(path.stroke)}{dashes}<a:miter lim="800000"/>{tip}</a:ln>'
    )


def _share(length: float, path: Path) -> int:
    return round(length / path.width * 100_000)


def _body(text: Text, outline: Outline) -> str:
    """A line of text with the right baseline; the insets compensate for its position in the shape."""
    found = typeset(text.tex, text.family)
    baseline = text.y + (found.top + found.bottom) / 2 * text.size
    _, high, low = FONTS[text.family]
    lower = 2 * (baseline - (high - low) / 2 * text.size - outline.middle[1])
    above, below = max(lower, 0.0), max(-lower, 0.0)
    return (
        f'<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="{_units(above)}" rIns="0" bIns="{_units(below)}"'
        f' anchor="ctr"><a:noAutofit/></a:bodyPr><a:lstStyle/><a:p><a:pPr algn="ctr"/>'
        f"{''.join(_run(run, text) for run in runs(text.tex))}</a:p></p:txBody>"
    )


def _run(run: Run, text: Text) -> str:
    looks = (' i="1"' if run.italic else "") + (' b="1"' if run.bold else "")
    shift = f' baseline="{SHIFTS[run.shift]}"' if run.shift else ""
    fonts = "".join(f'<a:{script} typeface="{FONTS[text.family][0]}"/>' for script in ("latin", "ea", "cs"))
    size = min(max(round(text.size * 100), 100), 400_000)
    return (
        f'<a:r><a:rPr lang="en-US" sz="{size}"{looks}{shift} noProof="1">{_filled(text.colour)}{fonts}</a:rPr>'
        f"<a:t>{escape(run.text)}</a:t></a:r>"
    )
