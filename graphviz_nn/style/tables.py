"""The tables of a style sheet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    background: str
    margin: float


@dataclass(frozen=True)
class Text:
    """Colours and sizes of text.

    `vectors` is how their symbols are marked, `family` the family of typefaces for words and math; the label of an
    arrow that is wider than `link_width` is set on several lines. Where a picture must be small, no letters are smaller
    than `least_size`; their indices may be.
    """

    ink: str
    notes: str
    values: str
    gradients: str
    vectors: str
    family: str
    name_size: float
    glyph_size: float
    word_size: float
    link_size: float
    link_width: float
    note_size: float
    least_size: float
    title_size: float
    caption_size: float


@dataclass(frozen=True)
class Gap:
    """Distances: between ranks and nodes, around text in a shape, between a label and a line."""

    rank: float
    node: float
    inside: float
    label: float


@dataclass(frozen=True)
class Line:
    """Arrows; `layer_width` is the width of those that are layers."""

    colour: str
    width: float
    layer_width: float
    arrow_length: float
    arrow_width: float


@dataclass(frozen=True)
class Size:
    """The least height of a shape, so that equal things are equally large.

    Where height shows the number of entries, `growth` is by how much very many are higher than one, and
    `layer_growth` the same for the two ends of a layer.
    """

    variable: float
    operation: float
    unit: float
    constant: float
    layer: float
    growth: float
    layer_growth: float


@dataclass(frozen=True)
class Weight:
    """Lines whose width is the size of a number: from `least` for 0 to `most` for the largest in the picture.

    The colour says its sign, and so does the dash, for who can't tell colours; `unknown` is for what has no value.
    """

    positive: str
    negative: str
    unknown: str
    least: float
    most: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Emphasis:
    """How what is highlighted stands out: its lines are `strong` times as wide, all else is pale.

    There lines and fills have their share of their colour, the rest is background, and text has the colour `ink`.
    """

    ink: str
    line_share: float
    fill_share: float
    strong: float


@dataclass(frozen=True)
class Callout:
    """Remarks beside shapes, no wider than `measure` where that is possible; the colours are those of text and notes
    where they aren't given, `width` is that of the line."""

    width: float
    measure: float
    ink: str = ""
    line: str = ""


@dataclass(frozen=True)
class Brace:
    """Curly braces: how wide their strokes get, and how far the tip is from the ends."""

    width: float
    depth: float
    ink: str = ""
    line: str = ""


@dataclass(frozen=True)
class Look:
    """How one kind of node is drawn.

    `dash` holds lengths of line and gap, `width` is how many times as wide as an arrow its line is, `ink` the colour
    of the text in it, where that isn't the ink of the page.
    """

    outline: str
    fill: str
    line: str
    dash: tuple[float, ...] = ()
    width: float = 1.0
    ink: str = ""
