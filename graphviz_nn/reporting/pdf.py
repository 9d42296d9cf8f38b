"""A report as a PDF with A4 pages, with text set by mathtext as in the picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from graphviz_nn.errors import LabelError
from graphviz_nn.layout.measure import line, typeset
from graphviz_nn.layout.prose import LEADING, broken, extent, placed
from graphviz_nn.reporting.page import FAILED, INK, PASSED, QUIET, WIDTH, Page, Rows
from graphviz_nn.scene import Scene
from graphviz_nn.scene.fit import fitted
from graphviz_nn.scene.outlines import OUTLINES
from graphviz_nn.scene.primitives import Group, Path, Text
from graphviz_nn.scene.stack import shifted
from graphviz_nn.style.prose import prose

# A4, in pt; text and picture have the same width.
PAPER, TOP = (595.28, 841.89), 60.0
LEFT, ROOM = (PAPER[0] - WIDTH) / 2, PAPER[1] - 2 * TOP
TITLE, HEADING, BODY, CELL, FORMULA, LEAST = 20.0, 13.0, 10.0, 9.0, 13.0, 6.0
# The space above headings and other blocks, and between columns and rows of a table.
SECTION, SPACE, COLUMN, ROW = 22.0, 10.0, 14.0, 5.0
HEAVY, LIGHT = 0.8, 0.4
# Words up to this length are measured as a whole.
SHORT = 30


@dataclass(frozen=True)
class Block:
    """A block that pages don't break: its height, its contents from 0 down, and the space above it.

    A `kept` block stays on the page of the next; `head` is repeated if the block is the first on a page.
    """

    height: float
    groups: tuple[Group, ...]
    space: float = 0.0
    kept: bool = False
    head: "Block | None" = None


def pdf(page: Page) -> bytes:
    """Render a page as PDF, without a date.

    Examples
    --------
    >>> picture = Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())
    >>> pdf(Page("a < b", "1 of 1 agree", True, picture)).startswith(b"%PDF")
    True
    """
    from graphviz_nn.render.pages import pdf as printed

    return printed([_scene(page, groups) for groups in _numbered(_paged(list(_blocks(page))))])


def _blocks(page: Page) -> Iterator[Block]:
    yield _said(page.title, TITLE)
    yield _said(page.summary, BODY, {True: PASSED, False: FAILED, None: INK}[page.passed])
    yield _picture(page.picture)
    for heading, formulas in page.formulas.items():
        yield _said(heading, HEADING, space=SECTION, kept=True)
        yield from map(_formula, formulas)
    for heading, rows in page.tables.items():
        yield _said(heading, HEADING, space=SECTION, kept=True)
        yield from _table(rows)
    for number, sentence in enumerate(page.sentences):
        yield _said(sentence, BODY, space=SPACE / 2 if number else SECTION)


def _paged(blocks: Sequence[Block]) -> list[list[Group]]:
    """The groups of each page, in position."""
    pages: list[list[Group]] = [[]]
    y = 0.0
    for number, block in enumerate(blocks):
        ahead, together = number, block.height
        while blocks[ahead].kept and ahead + 1 < len(blocks):
            ahead += 1
            together += blocks[ahead].space + blocks[ahead].height
        above = [block]
        if pages[-1] and y + block.space + together > ROOM:
            pages.append([])
            y = 0.0
            above = [block.head, block] if block.head else [block]
        for each in above:
            y += each.space if pages[-1] else 0.0
            pages[-1] += [shifted(group, LEFT, TOP + y) for group in each.groups]
            y += each.height
    return pages


def _numbered(pages: list[list[Group]]) -> Iterator[list[Group]]:
    """The pages with page numbers, if there are several."""
    for number, groups in enumerate(pages, 1):
        tex = _word(f"{number}/{len(pages)}")
        text = Text(tex, PAPER[0] / 2, PAPER[1] - TOP / 2, CELL, QUIET)
        yield [*groups, Group("number", "page number", (text,))] if len(pages) > 1 else groups


def _scene(page: Page, groups: Sequence[Group]) -> Scene:
    return Scene(*PAPER, "#FFFFFF", page.title, page.summary, tuple(groups))


def _lines(text: str, width: float, size: float) -> list[str]:
    """Break text into lines of literal TeX; a word that is too long breaks anywhere."""
    found: list[str] = []
    for word in text.split():
        while word:
            end = _room(word, width / size) if len(word) > SHORT else len(word)
            while end > 1 and typeset(_word(word[:end])).width * size > width:
                end = end * 9 // 10
            found.append(_word(word[:end]))
            word = word[end:]
    return broken([found], width, size) or [r"\ "]


def _room(word: str, width: float) -> int:
    """The number of letters of a word that fit a width, at least one, measuring none twice."""
    ends = accumulate(typeset(_word(each * 2)).width - typeset(_word(each)).width for each in word)
    return max(1, sum(1 for _ in takewhile(lambda end: end <= width, ends)))


def _word(text: str) -> str:
    return "".join(word for words in prose(text.replace("$", r"\$")) for word in words)


def _texts(text: str, width: float, size: float, colour: str = INK, top: float = 0.0) -> list[Text]:
    lines = placed(_lines(text, width, size), 0.0, top, size, side=1)
    return [Text(each.tex, each.x, each.y, each.size, colour) for each in lines]


def _said(text: str, size: float, colour: str = INK, *, space: float = SPACE, kept: bool = False) -> Block:
    height = extent(_lines(text, WIDTH, size), size)[1]
    return Block(height, (Group("text", text, tuple(_texts(text, WIDTH, size, colour))),), space, kept)


def _picture(scene: Scene) -> Block:
    """A picture at its size, or shrunk to fit."""
    scale = min(1.0, WIDTH / scene.width, (ROOM - SECTION) / scene.height)
    height = scale * scene.height
    outline = OUTLINES["box"](WIDTH / 2, height / 2, scale * scene.width, height)
    background = Group("background", "background", (Path(outline, scene.background),))
    return Block(height, (background, *fitted(scene, WIDTH, height, scale).groups), SPACE)


def _formula(tex: str) -> Block:
    """A centred formula; its TeX if the formula is too long to be legible."""
    try:
        found = typeset(tex)
    except LabelError:
        return _said(tex, CELL)
    size = min(FORMULA, WIDTH / found.width)
    if size < LEAST:
        return _said(tex, CELL)
    height = found.height * size
    return Block(height, (Group("formula", tex, (Text(tex, WIDTH / 2, height / 2, size, INK),)),), SPACE)


def _table(rows: Rows) -> Iterator[Block]:
    """The rows of a table, with the header repeated on every page."""
    widths = _widths(rows)
    head, *body = (_row(row, widths) for row in rows)
    table = sum(widths) + COLUMN * (len(widths) - 1)
    ruled = Block(
        head.height + ROW,
        (*head.groups, _rule(table, -ROW, HEAVY), _rule(table, head.height + ROW, LIGHT)),
        SPACE + ROW,
        kept=True,
    )
    yield ruled
    for number, row in enumerate(body, 1):
        rule = (_rule(table, row.height + ROW, HEAVY),) if number == len(body) else ()
        yield Block(row.height, (*row.groups, *rule), ROW, head=ruled)


def _row(cells: Sequence[str], widths: Sequence[float]) -> Block:
    """Cells beside each other, with their first lines on one baseline."""
    left, texts, most = 0.0, list[Text](), 1
    for cell, width in zip(cells, widths, strict=True):
        lines = _lines(cell, width, CELL)
        most = max(most, len(lines))
        for number, tex in enumerate(lines):
            found = typeset(tex)
            baseline = (line("x").above + number * LEADING) * CELL
            middle = baseline - (found.top + found.bottom) / 2 * CELL
            texts.append(Text(tex, left + found.width * CELL / 2, middle, CELL, INK))
        left += width + COLUMN
    return Block((line("x").height + (most - 1) * LEADING) * CELL, (Group("row", " ".join(cells), tuple(texts)),))


def _widths(rows: Rows) -> list[float]:
    """The widths of columns: those of their longest cells; the widest columns shrink if the table doesn't fit."""
    wanted = [
        max(extent(_lines(cell, float("inf"), CELL), CELL)[0] for cell in column) for column in zip(*rows, strict=True)
    ]
    left = WIDTH - COLUMN * (len(wanted) - 1)
    found = list(wanted)
    for number, place in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        found[place] = min(wanted[place], left / (len(wanted) - number))
        left -= found[place]
    return found


def _rule(width: float, y: float, weight: float) -> Group:
    return Group("rule", "rule", (Path((("M", (0.0, y)), ("L", (width, y))), None, INK, weight),))
