"""A picture before layout: shapes, links, and the main line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from graphviz_nn.forms.volume import Volume
from graphviz_nn.style.heat import HeatMap

# The words of show= and hide=.
Word: TypeAlias = Literal[
    "shapes", "parameters", "counts", "formulas", "values", "gradients", "check", "heatmaps", "cells", "curves",
    "biases", "sheets", "weights", "loss", "target", "unnamed", "forward", "backward", "remarks",
    "sharding",
]  # fmt: skip
SAID: tuple[Word, ...] = get_args(Word)

# The kinds of shapes that may be inputs.
LEAVES = ("data", "parameter", "target", "constant")

# The mark of arrows whose values are added up at their end.
SUM = "+"

Place: TypeAlias = tuple[str, tuple[int, ...]]
"""A variable and the index of one of its entries."""

Emphasis: TypeAlias = Literal["", "strong", "pale", "wrong"]
"""The emphasis of a shape or link: usual, strong, pale, or red as what has a wrong gradient."""


@dataclass(frozen=True)
class Fed:
    """The values that were fed, the names of those with many examples, and whether they fill the circles."""

    feeds: Mapping[str, Any]
    examples: tuple[str, ...] = ()
    filled: bool = True


@dataclass(frozen=True)
class Shown:
    """The information that a picture shows besides its main line.

    Parameters
    ----------
    shapes : bool
        Sizes such as 2×1.
    parameters : bool, optional
        The parameters inside a layer, below it; None shows only those with numbers.
    weights : bool
        The values of these parameters.
    counts : bool
        The number of parameters inside a layer.
    formulas : bool
        The formula of each layer.
    cells : bool
        The numbers of a variable in cells of its box; every variable has one.
    curves : bool
        The curve of each function of one number, in its shape; of units, the curve of the activation beside each.
    biases : bool
        In `units`, the input 1 of each layer, whose weights are the biases.
    sheets : bool, optional
        In `volumes`, each channel as a sheet of its own; None draws so what has few of them.
    fed : Fed, optional
        In `units`, the feeds.
    values, gradients : mapping of str to str
        TeX for the values and gradients of variables.
    value_heat, gradient_heat : mapping of str to HeatMap
        Those of them that are also heat maps.
    norms : mapping of str to float
        In `blocks`, the norm of the gradient by each parameter.
    verdicts : mapping of str to str
        In `blocks`, whether the gradient by each parameter agrees with others.
    loss, target : bool
        The loss, and its target.
    unnamed : bool
        In `layers`, the boxes of values that the author gave no name.
    vectors : {"plain", "arrow", "bold"}
        The mark on symbols of vectors.
    units : int
        The most circles in a column.
    unit : str or tuple of a name and a number, optional
        The single unit to draw: its label, or a variable and its number from 1.
    sharding : bool
        How variables are divided over devices.
    forward, backward : bool
        The forward pass, and the backward pass below it.
    kept : collection of str
        Variables that stay outside their layer.
    """

    shapes: bool = False
    parameters: bool | None = None
    weights: bool = False
    counts: bool = False
    formulas: bool = False
    cells: bool = False
    curves: bool = False
    biases: bool = False
    sheets: bool | None = None
    fed: Fed | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    gradients: Mapping[str, str] = field(default_factory=dict)
    value_heat: Mapping[str, HeatMap] = field(default_factory=dict)
    gradient_heat: Mapping[str, HeatMap] = field(default_factory=dict)
    norms: Mapping[str, float] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    loss: bool = True
    target: bool = False
    unnamed: bool = True
    vectors: str = "plain"
    units: int = 8
    unit: str | tuple[str, int] | None = None
    forward: bool = True
    backward: bool = False
    sharding: bool = False
    kept: Collection[str] = ()


@dataclass(frozen=True)
class Curve:
    """A curve around 0: the points of its pieces, its least and greatest value, or 0, and a point to mark on it."""

    runs: tuple[tuple[tuple[float, float], ...], ...]
    low: float
    high: float
    marked: tuple[float, float] | None = None


@dataclass(frozen=True)
class Learned:
    """A parameter inside a layer: TeX for its name, its value and its gradient, and the heat maps of these two."""

    name: str
    label: str
    value: str = ""
    gradient: str = ""
    value_heat: HeatMap | None = None
    gradient_heat: HeatMap | None = None


class Hue(NamedTuple):
    """A colour of the palette by its number, and the word for what it says."""

    word: str
    number: int


@dataclass(frozen=True)
class Shape:
    """A node of the picture.

    Parameters
    ----------
    name : str
        The node's name in the graph.
    kind : str
        The table of the style sheet with its look.
    label : str
        TeX for its inside.
    note, value, gradient : str
        TeX for the lines below it, possibly empty: its size, its value and its gradient.
    value_heat, gradient_heat : HeatMap, optional
        The heat maps below these two.
    learned : tuple of Learned
        The parameters inside it whose values or gradients are below it.
    description : str
        A description for screen readers.
    entries : tuple of int, optional
        The numbers of entries at its two ends, if its height shows them.
    text : {"name", "glyph", "word", "link"}
        The font size of its label.
    emphasis : {"", "strong", "pale", "wrong"}
        The emphasis of the shape.
    also : tuple of str
        Other nodes of the graph that it represents.
    of : str
        The variable that it is a copy or a part of, to distinguish it from others.
    room : str
        TeX of another label that must fit inside.
    is_back : bool
        Whether it belongs to the backward pass.
    cells : bool
        Whether its value and its gradient are in cells inside it, below its label.
    curve : Curve, optional
        The curve inside: instead of the label in a circle, beside that of a unit, otherwise below it.
    change : str
        The kind of its difference from another model, "same" or one of `KINDS`; "" if it isn't compared.
    twin : str
        The name that it shares with its counterpart there.
    shade : float, optional
        The share of the strongest colour that fills a unit, below 0 for a negative number. The value of a unit is
        inside, in place of its label, or below its note.
    norms : tuple of float
        The norms that fill a block as shades: of itself, or of all blocks that it is drawn for, in order.
    volume : Volume, optional
        The solid that it is drawn as, with its label beside it.
    hue : Hue, optional
        A colour that says more than its kind.
    place : tuple of a name and an index, optional
        The entry of a variable that a unit is.
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
    learned: tuple[Learned, ...] = ()
    emphasis: Emphasis = ""
    also: tuple[str, ...] = ()
    of: str = ""
    room: str = ""
    is_back: bool = False
    cells: bool = False
    curve: Curve | None = None
    change: str = ""
    twin: str = ""
    shade: float | None = None
    norms: tuple[float, ...] = ()
    volume: Volume | None = None
    hue: Hue | None = None
    place: Place | None = None

    @property
    def table(self) -> str:
        """The table of the style sheet with its colours and dash."""
        return table(self.change) if self.change else self.kind


def table(change: str) -> str:
    """The table of the style sheet with the look of a change; what is the same is as gray as a constant."""
    return "constant" if change == "same" else change.replace(" ", "_")


@dataclass(frozen=True)
class Link:
    """An arrow between shapes. `variable` is the value that it carries, `mark` the number of the operand.

    `note` and `value` are TeX for the lines below its label: size and value. `gradient` is on the other side.
    `value_heat` and `gradient_heat` are below these two. On the other side are also the numbers of the parameters
    `learned` in a layer.

    The arrow of a `layer` represents that layer; its label may break at line breaks. A `plain` link is a line without
    an arrowhead. `weight` is the number that multiplies the value, if known, and `place` the entry that it is.
    `emphasis` is its emphasis. `room` is TeX of another label that needs room too. A link of the backward pass
    `is_back`. Between volumes, `taken` are the extents of what each entry at the head is computed from, () for
    everything; they are drawn instead of an arrow.
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
    learned: tuple[Learned, ...] = ()
    weight: float | None = None
    emphasis: Emphasis = ""
    room: str = ""
    is_back: bool = False
    taken: tuple[int, ...] | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Frame:
    """A box with a title around shapes that belong together.

    If the shapes stand for equal ones, it `repeats`. Its `note` is written where there is room. `change` is as that of
    a shape. Frames of one `whole` are parts of it: those that touch are drawn as one outline.
    """

    name: str
    title: str
    members: tuple[str, ...]
    repeats: bool = False
    note: str = ""
    change: str = ""
    whole: str = ""


@dataclass(frozen=True)
class Hanging:
    """A leaf beside the main line, at its first user there; a rail leads to the other users.

    It `is_below` a line from left to right or above it, and `is_right` of one from top to bottom or left of it.
    """

    leaf: str
    consumers: tuple[str, ...]
    is_below: bool
    is_right: bool

    def is_after(self, sideways: bool) -> bool:
        """Whether it is on the second side of a line in this direction."""
        return self.is_below if sideways else self.is_right

    def put(self, after: bool, sideways: bool) -> "Hanging":
        """The same on a side of a line in this direction."""
        return replace(self, is_below=after) if sideways else replace(self, is_right=after)


@dataclass(frozen=True)
class Conveyor:
    """Steps in a line that hand on several states, each in its own lane: those before the first step, and the steps."""

    states: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Carried:
    """A state that steps written by hand only scale and add to, as an LSTM's cell state.

    Parameters
    ----------
    line : tuple of str
        The shapes from the state before the first step on.
    handed_on : tuple of pair of str
        The arrows from there to where the next step begins, as the hidden state is made of the cell state.
    """

    line: tuple[str, ...] = ()
    handed_on: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Column:
    """Shapes in a line across the flow.

    Parameters
    ----------
    name : str
        Its variable in the graph.
    members : tuple of str
        Its shapes; "" stands for those left out.
    heading, note : str
        TeX at its two ends: its name, and its size.
    count : str
        TeX for the number of its entries, if some are left out; a brace beside the first or the last column has it.
    title, subtitle : str
        TeX for the layer that leads to it, and for that layer's parameters.
    kind : str
        The table of the style sheet with the colour of these two.
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
    count: str = ""


@dataclass(frozen=True)
class Part:
    """The meaning of a name in a diagram: shapes, and the positions of links."""

    shapes: tuple[str, ...] = ()
    links: tuple[int, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A callout or brace on a part of a diagram, as paragraphs of TeX words."""

    name: str
    part: Part
    said: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Backward:
    """The correspondence between the shapes of a backward pass and those of the forward pass.

    Parameters
    ----------
    forward : Diagram
        The diagram of the forward pass.
    shapes : mapping of str to str
        The forward shape of each backward shape.
    links : tuple of int
        For each link of the whole diagram, the position of itself or of its counterpart in the forward pass.
    """

    forward: "Diagram"
    shapes: Mapping[str, str]
    links: tuple[int, ...]


@dataclass(frozen=True)
class Diagram:
    """Shapes, links, the names along the main line, and the leaves that hang off it.

    If there are columns, every shape is in one of them, and every link leads from one column to the next. `facts` are
    additional information by name, as pairs of words. `strongest` is the size of the largest weight, drawn or not, of
    the parameters `weights`.
    `order` lists shapes beside each other in one rank, from top to bottom (left to right in direction TB); `align`
    lists shapes in one rank; `turns` lists pairs side by side of which the first leads to the second, outermost first:
    the flow runs down to the first ones, and up again over the second ones. `rows` are like `order`, if the layout can
    follow. `callouts` are beside shapes, `braces` along several. With `backward`, some shapes are of a backward pass.
    The steps of `conveyors` hand on several states. What is `carried` is straight.
    """

    shapes: tuple[Shape, ...]
    links: tuple[Link, ...]
    spine: tuple[str, ...] = ()
    hanging: tuple[Hanging, ...] = ()
    frames: tuple[Frame, ...] = ()
    columns: tuple[Column, ...] = ()
    strongest: float = 0.0
    weights: tuple[str, ...] = ()
    facts: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    order: tuple[tuple[str, ...], ...] = ()
    align: tuple[tuple[str, ...], ...] = ()
    turns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    conveyors: tuple[Conveyor, ...] = ()
    carried: Carried = Carried()
    callouts: tuple[Remark, ...] = ()
    braces: tuple[Remark, ...] = ()
    backward: Backward | None = None

    @property
    def is_solid(self) -> bool:
        """Whether it is a picture of volumes, which have their own layout."""
        return any(shape.volume is not None for shape in self.shapes)
