"""A picture before anything has a place: shapes, links, and which of them are the main line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from graphviz_nn.style.heat import HeatMap

# What a picture can be asked to say, or not to.
Word: TypeAlias = Literal[
    "shapes", "parameters", "counts", "formulas", "values", "gradients", "check", "heatmaps", "curves", "loss",
    "target", "forward", "backward",
]  # fmt: skip
SAID: tuple[Word, ...] = get_args(Word)

# The kinds of shapes that may come in.
LEAVES = ("data", "parameter", "target", "constant")

# The mark of arrows whose values are added up where they arrive.
SUM = "+"

Emphasis: TypeAlias = Literal["", "strong", "pale"]
"""How much something stands out: as usual, more, or less."""


@dataclass(frozen=True)
class Shown:
    """What a picture says beside its main line.

    Parameters
    ----------
    shapes : bool
        Sizes such as 2×1.
    parameters : bool
        The parameters that a layer takes in, below it.
    counts : bool
        The number of parameters that a layer takes in.
    formulas : bool
        What each layer computes.
    curves : bool
        The curve of each function of one number, in its shape.
    values, gradients : mapping of str to str
        TeX for what variables are, and for the gradients by them.
    value_heat, gradient_heat : mapping of str to HeatMap
        Those of them that are shown by shades too.
    loss, target : bool
        The loss, and the target that it compares with.
    vectors : {"plain", "arrow", "bold"}
        How symbols of vectors are marked.
    units : int
        The most circles in a column.
    unit : str or tuple of a name and a number, optional
        The one unit that is drawn: its label, or a variable and its number from 1 on.
    forward, backward : bool
        The forward pass, and the backward pass, mirrored below it.
    kept : collection of str
        What no layer takes in, though it could.
    """

    shapes: bool = False
    parameters: bool = False
    counts: bool = False
    formulas: bool = False
    curves: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    gradients: Mapping[str, str] = field(default_factory=dict)
    value_heat: Mapping[str, HeatMap] = field(default_factory=dict)
    gradient_heat: Mapping[str, HeatMap] = field(default_factory=dict)
    loss: bool = True
    target: bool = False
    vectors: str = "plain"
    units: int = 8
    unit: str | tuple[str, int] | None = None
    forward: bool = True
    backward: bool = False
    kept: Collection[str] = ()


@dataclass(frozen=True)
class Curve:
    """A curve over the numbers around 0: the points of its pieces, and its least and greatest value, or 0."""

    runs: tuple[tuple[tuple[float, float], ...], ...]
    low: float
    high: float


@dataclass(frozen=True)
class Shape:
    """A node of the picture.

    Parameters
    ----------
    name : str
        Its node in the graph.
    kind : str
        The table of the style sheet that it takes its look from.
    label : str
        TeX for its inside.
    note, value, gradient : str
        TeX for the lines below it, may be empty: how large it is, what it is, and the gradient by it.
    value_heat, gradient_heat : HeatMap, optional
        What is below these two.
    description : str
        What it is, for those who can't see it.
    entries : tuple of int, optional
        How many entries go in and come out, where its height shows that.
    text : {"name", "glyph", "word", "link"}
        Which size of letters its label has.
    emphasis : {"", "strong", "pale"}
        How much it stands out.
    also : tuple of str
        Other nodes of the graph that it stands for.
    of : str
        What it is a copy of, or which part of what, where others may be the same.
    room : str
        TeX of another label that must fit its inside too.
    is_back : bool
        Whether it is of the backward pass.
    curve : Curve, optional
        What is drawn inside: instead of the label in a circle, below it elsewhere.
    """

    name: str
    kind: str
    label: str
    note: str = ""
    description: str = ""
    entries: tuple[int, int] | None = None
    text: Literal["name", "glyph", "word", "link"] = "name"
    value: str = ""
    gradient: str = ""
    value_heat: HeatMap | None = None
    gradient_heat: HeatMap | None = None
    emphasis: Emphasis = ""
    also: tuple[str, ...] = ()
    of: str = ""
    room: str = ""
    is_back: bool = False
    curve: Curve | None = None


@dataclass(frozen=True)
class Link:
    """An arrow between shapes; `variable` is what flows along it, `mark` its place as an operand.

    `note` and `value` are TeX for the lines below its label: how large that is, and what it is; `gradient`, the
    gradient by it, is on the other side; `value_heat` and `gradient_heat` are below these two.

    The arrow of a `layer` is that layer; a line of its label may end where the label has a line break. One that is
    `plain` is a line without an arrowhead; `weight` is the number that flow is multiplied by, where it is known.
    `emphasis` says how much it stands out. `room` is TeX of another label for which there must be room too; one of the
    backward pass `is_back`.
    """

    tail: str
    head: str
    variable: str
    label: str = ""
    note: str = ""
    mark: str = ""
    layer: bool = False
    plain: bool = False
    value: str = ""
    gradient: str = ""
    value_heat: HeatMap | None = None
    gradient_heat: HeatMap | None = None
    weight: float | None = None
    emphasis: Emphasis = ""
    room: str = ""
    is_back: bool = False


@dataclass(frozen=True)
class Frame:
    """A box with a title around shapes that belong together."""

    name: str
    title: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Hanging:
    """A leaf beside the main line, at the first of its consumers there; a rail leads on to the others.

    `is_first` says on which side: below a line from left to right, left of one from top to bottom.
    """

    leaf: str
    consumers: tuple[str, ...]
    is_first: bool


@dataclass(frozen=True)
class Column:
    """Shapes in a line across the flow.

    Parameters
    ----------
    name : str
        Its variable in the graph.
    members : tuple of str
        Its shapes; "" stands for those that are left out.
    heading, note : str
        TeX for its two ends: what it is, and how much of it.
    title, subtitle : str
        TeX for what leads to it, and for the parameters that this takes in.
    kind : str
        The table of the style sheet that gives these two their colour.
    operations : tuple of str
        The operations that lead to it.
    """

    name: str
    members: tuple[str, ...]
    heading: str = ""
    note: str = ""
    title: str = ""
    subtitle: str = ""
    kind: str = ""
    operations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What a name stands for in a diagram: shapes, and the places of links among its links."""

    shapes: tuple[str, ...] = ()
    links: tuple[int, ...] = ()


@dataclass(frozen=True)
class Remark:
    """What an author says of a part of a diagram, as paragraphs of words, each TeX."""

    name: str
    part: Part
    said: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Mirror:
    """Where the shapes of a backward pass are: where those of the forward pass are mirrored to.

    Parameters
    ----------
    forward : Diagram
        That of the forward pass.
    shapes : mapping of str to str
        The shape of the forward pass for each of the backward pass.
    links : tuple of int
        For each link of the whole diagram, its place or that of its counterpart among the links of the forward pass.
    """

    forward: "Diagram"
    shapes: Mapping[str, str]
    links: tuple[int, ...]


@dataclass(frozen=True)
class Diagram:
    """Shapes, links, the names along the main line, and the leaves that hang off it.

    Where there are columns, every shape is in one of them, and every link leads from one column to the next;
    `facts` say by name more than is drawn, each a word and what it is.
    `strongest` is the size of the largest weight, drawn or not. `order` are shapes beside each other in one rank, from
    top to bottom, or left to right where the flow goes down; `align` are shapes in one rank. `callouts` are at
    shapes, `braces` along several. With a `mirror` some shapes are those of a backward pass.
    """

    shapes: tuple[Shape, ...]
    links: tuple[Link, ...]
    spine: tuple[str, ...] = ()
    hanging: tuple[Hanging, ...] = ()
    frames: tuple[Frame, ...] = ()
    columns: tuple[Column, ...] = ()
    strongest: float = 0.0
    facts: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    order: tuple[tuple[str, ...], ...] = ()
    align: tuple[tuple[str, ...], ...] = ()
    callouts: tuple[Remark, ...] = ()
    braces: tuple[Remark, ...] = ()
    mirror: Mirror | None = None
