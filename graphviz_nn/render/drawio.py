"""A scene as an editable draw.io diagram: named shapes, connected lines, and text."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.curves import flattened, guided, halfway
from graphviz_nn.render.drawingml import FONTS, Head, Outline, line
from graphviz_nn.render.letters import inked, origin, outlined
from graphviz_nn.render.svg import escape, number, path_data
from graphviz_nn.scene.primitives import Group, Path, Scene, Text
from graphviz_nn.style.runs import Run, runs

FILE = """\
<mxfile host="graphviz_nn">
<diagram id="picture" name="{title}">
<mxGraphModel grid="0" page="1" pageScale="1" pageWidth="{width}" pageHeight="{height}" background="{background}">
<root>
<mxCell id="0"/>
<mxCell id="1" parent="0"/>
{cells}
</root>
</mxGraphModel>
</diagram>
</mxfile>
"""
# The height of a line of text in a browser, in font sizes.
LINE = 1.2
# Heads narrower than this share of their length are thin.
THIN = 0.83
Place: TypeAlias = tuple[float, float, float, float]
"""The left and the top edge of a cell in its parent, its width and its height."""


def drawio(scene: Scene) -> bytes:
    """The bytes of an uncompressed draw.io file; a unit is a pt.

    Examples
    --------
    >>> drawio(Scene(20.0, 10.0, "#FFFFFF", "t", "d", ())).startswith(b"<mxfile")
    True
    """
    groups = [each for each in map(inked, scene.groups) if each.items]
    outlines = {
        each.id: Outline(each.items[0]) for each in groups if each.ends is None and isinstance(each.items[0], Path)
    }
    cells = (cell for each in groups for cell in (_line(each, outlines) if each.ends else _group(each)))
    text = FILE.format(
        title=escape(scene.title or "picture"),
        width=number(scene.width),
        height=number(scene.height),
        background=scene.background,
        cells="\n".join(cells),
    )
    return text.encode()


def _group(whole: Group) -> Iterator[str]:
    """A shape that contains its parts, or several things as a group."""
    first, *others = whole.items
    if len(whole.items) > 1 and not whole.name:
        places = [_place(item) for item in whole.items]
        left, top = min(place[0] for place in places), min(place[1] for place in places)
        right, bottom = max(place[0] + place[2] for place in places), max(place[1] + place[3] for place in places)
        yield _cell(
            whole.id, "", "group;fillColor=none;strokeColor=none", (left, top, right - left, bottom - top), whole.title
        )
        others = list(whole.items)
    elif isinstance(first, Text):
        yield _text(first, whole.id, "1", (0.0, 0.0), whole.title)
        left = top = 0.0
    else:
        outline = Outline(first)
        left, top = outline.left, outline.top
        inside, others = outline.parted(others)
        style = _shape(outline) + (_font(inside) + _lifted(inside, outline) if inside else "")
        value = _html(inside) if inside else ""
        yield _cell(whole.id, value, style, (left, top, outline.width, outline.height), whole.title)
    for place, item in enumerate(others, 1):
        name = f"{whole.id}-{place}"
        if isinstance(item, Text):
            yield _text(item, name, whole.id, (left, top))
        elif sum(letter == "M" for letter, _ in item.commands) > 1:
            # A polygon is a single outline.
            x, y, width, height = _place(item)
            yield _cell(name, "", _image(item), (x - left, y - top, width, height), parent=whole.id)
        elif item.fill or item.commands[-1][0] == "Z":
            outline = Outline(item)
            box = outline.left - left, outline.top - top, outline.width, outline.height
            yield _cell(name, "", _shape(outline), box, parent=whole.id)
        else:
            yield _free(item, name, whole.id, (left, top))


def _line(whole: Group, outlines: Mapping[str, Outline]) -> Iterator[str]:
    """A line connected to its shapes, with its label."""
    path, head = line(whole)
    points = guided(path.commands)
    joints, ends = "", ""
    for name, side, word, (x, y) in zip(
        whole.ends or (), ("exit", "entry"), ("source", "target"), (points[0], points[-1]), strict=True
    ):
        if name in outlines:
            found = outlines[name]
            share = (x - found.left) / found.width, (y - found.top) / found.height
            joints += f"{side}X={share[0]:.5g};{side}Y={share[1]:.5g};{side}Dx=0;{side}Dy=0;{side}Perimeter=0;"
            ends += f' {word}="{escape(name)}"'
    style = _stroke(path) + joints + _head(head, path) + ("curved=1;" if len(points) > 2 else "")
    yield _edge(whole.id, f"edgeStyle=none;html=1;rounded=0;{style}", points, ends, whole.title)
    x, y = halfway(points)
    for place, item in enumerate((item for item in whole.items if isinstance(item, Text)), 1):
        yield _text(item, f"{whole.id}-{place}", whole.id, (x, y), along=True)


def _free(path: Path, name: str, parent: str, corner: tuple[float, float]) -> str:
    """A line without connections, such as a sample in a legend."""
    points = [(x - corner[0], y - corner[1]) for x, y in guided(path.commands)]
    return _edge(name, f"edgeStyle=none;endArrow=none;{_stroke(path)}", points, "", "", parent)


def _edge(name: str, style: str, points: list[tuple[float, float]], ends: str, tip: str, parent: str = "1") -> str:
    (x, y), *ways, (u, v) = points
    array = "".join(f'<mxPoint x="{number(a)}" y="{number(b)}"/>' for a, b in ways)
    geometry = (
        f'<mxGeometry relative="1" as="geometry"><mxPoint x="{number(x)}" y="{number(y)}" as="sourcePoint"/>'
        f'<mxPoint x="{number(u)}" y="{number(v)}" as="targetPoint"/>'
        + (f'<Array as="points">{array}</Array>' if array else "")
        + "</mxGeometry>"
    )
    return _object(name, "", tip, f'style="{style}" edge="1" parent="{escape(parent)}"{ends}', geometry)


def _text(text: Text, name: str, parent: str, corner: tuple[float, float], tip: str = "", along: bool = False) -> str:
    """A separate text, or an image of it if text isn't enough; beside a line, it is positioned from the line's
    middle."""
    left, top, width, height = _place(text)
    tip = tip or ("" if runs(text.tex) else text.tex)
    value, style = (
        (_html(text), f"text;html=1;fillColor=none;strokeColor=none;{_font(text)}")
        if runs(text.tex)
        else ("", _image(text))
    )
    if not along:
        return _cell(name, value, style, (left - corner[0], top - corner[1], width, height), tip, parent)
    x, y = left - corner[0], top - corner[1]
    geometry = (
        f'<mxGeometry width="{number(width)}" height="{number(height)}" relative="1" as="geometry">'
        f'<mxPoint x="{number(x)}" y="{number(y)}" as="offset"/></mxGeometry>'
    )
    return _object(name, value, tip, f'style="{style}" vertex="1" connectable="0" parent="{escape(parent)}"', geometry)


def _cell(name: str, value: str, style: str, place: Place, tip: str = "", parent: str = "1") -> str:
    x, y, width, height = map(number, place)
    geometry = f'<mxGeometry x="{x}" y="{y}" width="{width}" height="{height}" as="geometry"/>'
    return _object(name, value, tip, f'style="{style}" vertex="1" parent="{escape(parent)}"', geometry)


def _object(name: str, value: str, tip: str, attributes: str, geometry: str) -> str:
    return (
        f'<UserObject label="{escape(value)}" tooltip="{escape(tip)}" id="{escape(name)}">'
        f"<mxCell {attributes}>{geometry}</mxCell></UserObject>"
    )


def _place(item: Path | Text) -> Place:
    """The position of an item; a text has the position of its line in a browser."""
    if isinstance(item, Path):
        outline = Outline(item)
        return outline.left, outline.top, outline.width, outline.height
    found = typeset(item.tex, item.family)
    width, height = found.width * item.size, found.height * item.size
    if not runs(item.tex):
        return item.x - width / 2, item.y - height / 2, width, height
    return item.x - width / 2, _middle(item) - LINE * item.size / 2, width, LINE * item.size


def _middle(text: Text) -> float:
    """The middle of a browser's line with the same baseline as a text."""
    _, above, below = FONTS[text.family]
    return origin(text)[1] - (above - below) / 2 * text.size


def _lifted(text: Text, outline: Outline) -> str:
    """Spacing that moves a shape's text to the right baseline."""
    shift = 2 * (_middle(text) - outline.middle[1])
    return f"spacing{'Top' if shift > 0 else 'Bottom'}={number(abs(shift))};"


def _font(text: Text) -> str:
    face = FONTS[text.family][0]
    return (
        f"align=center;verticalAlign=middle;whiteSpace=nowrap;spacing=0;overflow=visible;"
        f"fontFamily={face};fontSize={number(text.size)};fontColor={text.colour};"
    )


def _shape(outline: Outline) -> str:
    """The style of a closed path."""
    path = outline.path
    fill = f"fillColor={path.fill or 'none'};{_stroke(path)}html=1;"
    if outline.preset == "ellipse":
        return f"shape=ellipse;perimeter=ellipsePerimeter;{fill}"
    if outline.preset == "roundRect":
        across = 2 * outline.radius * min(outline.width, outline.height)
        return f"rounded=1;absoluteArcSize=1;arcSize={number(across)};{fill}"
    if outline.preset == "rect":
        return f"rounded=0;{fill}"
    corners = [
        [round((x - outline.left) / (outline.width or 1), 4), round((y - outline.top) / (outline.height or 1), 4)]
        for x, y in flattened(path.commands)
    ]
    return f"shape=mxgraph.basic.polygon;polyCoords={json.dumps(corners, separators=(',', ':'))};polyline=0;{fill}"


def _stroke(path: Path) -> str:
    if not path.stroke:
        return "strokeColor=none;"
    dash = f"dashed=1;fixDash=1;dashPattern={' '.join(map(number, path.dash))};" if path.dash else ""
    return f"strokeColor={path.stroke};strokeWidth={number(path.width)};{dash}"


def _head(head: Head | None, path: Path) -> str:
    if head is None:
        return "endArrow=none;"
    length, width = head
    kind = "blockThin" if width < THIN * length else "block"
    return f"endArrow={kind};endFill=1;endSize={number(max(0.5, length - path.width))};"


def _html(text: Text) -> str:
    return "".join(map(_run, runs(text.tex)))


def _run(run: Run) -> str:
    found = escape(run.text).replace("  ", " &nbsp;")
    found = "&nbsp;" * (found[:1] == " ") + found.strip(" ") + "&nbsp;" * (found[-1:] == " " and len(found) > 1)
    found = f"<i>{found}</i>" if run.italic else found
    found = f"<b>{found}</b>" if run.bold else found
    tag = {1: "sup", -1: "sub"}.get(run.shift)
    return f'<{tag} style="font-size:70%;line-height:0">{found}</{tag}>' if tag else found


def _image(item: Path | Text) -> str:
    """The style of a picture of letters, or of a path in one colour."""
    left, top, width, height = map(number, _place(item))
    path = outlined(item) if isinstance(item, Text) else item
    stroke = f' stroke="{path.stroke}" stroke-width="{number(path.width)}"' if path.stroke else ""
    source = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}"'
        f' width="{width}" height="{height}">'
        f'<path fill="{path.fill or "none"}"{stroke} d="{path_data(path.commands)}"/></svg>'
    )
    data = b64encode(source.encode()).decode()
    return f"shape=image;imageAspect=0;image=data:image/svg+xml,{data};"
