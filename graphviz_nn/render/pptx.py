"""Scenes as editable PowerPoint slides: native shapes, text, and glued arrows."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from itertools import count
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from graphviz_nn.errors import UsageError
from graphviz_nn.render.drawingml import (
    Outline,
    Point,
    connector,
    freeform,
    group,
    letters,
    line,
    shape,
    text_box,
)
from graphviz_nn.render.letters import inked
from graphviz_nn.render.svg import writable
from graphviz_nn.scene import Group, Path, Scene, Text
from graphviz_nn.scene.page import PAGES
from graphviz_nn.style.runs import runs

try:
    from pptx import Presentation
    from pptx.dml.color import RGBColor
    from pptx.oxml import parse_xml
    from pptx.util import Pt
except ImportError:
    raise UsageError("PowerPoint needs the package python-pptx: pip install 'graphviz_nn[pptx]'") from None

SLIDE = PAGES["slide"]
# The earliest date in a zip file, so that the same picture gives the same bytes.
DATE = datetime(1980, 1, 1)


def pptx(scene: Scene) -> bytes:
    """The bytes of a presentation with one slide."""
    return deck([scene])


def deck(scenes: Sequence[Scene]) -> bytes:
    """The bytes of a presentation with one slide per scene."""
    show = Presentation(BytesIO(_empty()))
    about = show.core_properties
    about.title = " and ".join(dict.fromkeys(writable(scene.title) for scene in scenes))[:255]
    about.author = about.last_modified_by = "graphviz_nn"
    about.created = about.modified = DATE
    for scene in scenes:
        slide = show.slides.add_slide(show.slide_layouts.get_by_name("Blank"))
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = RGBColor.from_string(scene.background[1:])  # type: ignore[no-untyped-call]
        for element in _elements(_shown(scene)):
            slide.shapes.element.append(parse_xml(element))
    buffer = BytesIO()
    show.save(buffer)
    return _dateless(buffer)


def _shown(scene: Scene) -> Scene:
    """A scene that fills its slide."""
    return scene if (scene.width, scene.height) == (SLIDE.width, SLIDE.height) else SLIDE.put(scene)


@cache
def _empty() -> bytes:
    """A presentation without slides, 16:9, with its layouts stretched to that."""
    show = Presentation()
    scale = Pt(SLIDE.width) / show.slide_width
    show.slide_width, show.slide_height = Pt(SLIDE.width), Pt(SLIDE.height)
    for page in (show.slide_master, *show.slide_layouts):
        for each in page.placeholders:
            each.left, each.top, each.width, each.height = (
                round(each.left * scale),
                each.top,
                round(each.width * scale),
                each.height,
            )
    buffer = BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def _dateless(file: BytesIO) -> bytes:
    buffer = BytesIO()
    with ZipFile(file) as found, ZipFile(buffer, "w", ZIP_DEFLATED) as written:
        for name in found.namelist():
            entry = ZipInfo(name, DATE.timetuple()[:6])
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
            written.writestr(entry, found.read(name))
    return buffer.getvalue()


def _elements(scene: Scene) -> Iterator[str]:
    """The shapes of a slide as DrawingML; shapes that lines can be glued to have the first numbers."""
    groups = [each for each in map(inked, scene.groups) if each.items]
    numbers = {each.id: number for number, each in enumerate(groups, 2)}
    outlines = {each.id: Outline(each.items[0]) for each in groups if not each.ends and isinstance(each.items[0], Path)}
    for each in groups:
        for name, point in _joints(each):
            if name in outlines:
                outlines[name].reach(point)
    more = count(len(numbers) + 2)
    for each in groups:
        if each.ends:
            sites = [
                (numbers[name], outlines[name].site(point)) if name in outlines else None
                for name, point in _joints(each)
            ]
            parts = list(_arrow(each, numbers[each.id], sites, more))
        else:
            parts = list(_shapes(each, numbers[each.id], outlines.get(each.id), more))
        yield parts[0] if len(parts) == 1 else group(next(more), each.id, each.title, parts)


def _shapes(whole: Group, number: int, outline: Outline | None, more: Iterator[int]) -> Iterator[str]:
    """The shapes of a group; a text in the middle of an outline belongs to that shape."""
    first, *others = whole.items
    if isinstance(first, Text) or outline is None:
        yield _item(first, number, whole)
    else:
        inside, others = outline.parted(others)
        yield shape(number, whole.id, whole.title, outline, inside)
    for item in others:
        yield _item(item, next(more), whole)


def _item(item: Path | Text, number: int, whole: Group) -> str:
    if isinstance(item, Path):
        return freeform(number, whole.id, "", item)
    return (text_box if runs(item.tex) else letters)(number, whole.id, item)


def _arrow(whole: Group, number: int, sites: Sequence[tuple[int, int] | None], more: Iterator[int]) -> Iterator[str]:
    """A line and its labels; a straight line is a connector."""
    path, head = line(whole)
    if sites:
        yield connector(number, whole.id, whole.title, path, sites, head)
    else:
        yield freeform(number, whole.id, whole.title, path, head)
    for item in whole.items:
        if isinstance(item, Text):
            yield _item(item, next(more), whole)


def _joints(whole: Group) -> list[tuple[str, Point]]:
    """The shapes that a straight line joins, and its ends."""
    path = line(whole)[0] if whole.ends else None
    if path is None or whole.ends is None or [letter for letter, _ in path.commands] != ["M", "L"]:
        return []
    return [(name, (x, y)) for name, (_, (x, y)) in zip(whole.ends, path.commands, strict=True)]
