"""The tables of a style sheet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    background: str
    margin: float


@dataclass(frozen=True)
class Text:
    """Colours and sizes of text.

    `vectors` is the mark on symbols of vectors, `family` the family of typefaces for words and mathematics. The label
    of an arrow wider than `link_width` is wrapped. When a picture must be small, no text is smaller than `least_size`,
    except indices.
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
    """Arrows; `layer_width` is the width of arrows that are layers."""

    colour: str
    width: float
    layer_width: float
    arrow_length: float
    arrow_width: float


@dataclass(frozen=True)
class Size:
    """The least height of shapes, so that equal things have equal sizes.

    If the height shows the number of entries, `growth` is the additional height of very many entries, and
    `layer_growth` that of the two ends of a layer.
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

    Colour and dash both show the sign, for readers who can't distinguish colours; `unknown` is for missing values.
    """

    positive: str
    negative: str
    unknown: str
    least: float
    most: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Emphasis:
    """The look of highlights: their lines are `strong` times wider, and everything else is pale.

    Pale lines and fills keep this share of their colour, and the rest is background; pale text has the colour `ink`.
    """

    ink: str
    line_share: float
    fill_share: float
    strong: float


@dataclass(frozen=True)
class Callout:
    """Callouts beside shapes, wrapped at `measure` if possible. Default colours are those of text and notes; `width` is
    that of the line."""

    width: float
    measure: float
    ink: str = ""
    line: str = ""


@dataclass(frozen=True)
class Brace:
    """Curly braces: the width of their strokes, and the distance from their ends to the tip."""

    width: float
    depth: float
    ink: str = ""
    line: str = ""


@dataclass(frozen=True)
class Look:
    """The look of one kind of node.

    `dash` has the lengths of dash and gap, `width` is a factor on the line width, `ink` is the colour of the text, if
    it isn't that of the page.
    """

    outline: str
    fill: str
    line: str
    dash: tuple[float, ...] = ()
    width: float = 1.0
    ink: str = ""


@dataclass(frozen=True)
class Palette:
    """Colours of blocks that say more than their kind: fills, and the lines around them, in the same order.

    A style without them draws all blocks of a kind alike.
    """

    fills: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
