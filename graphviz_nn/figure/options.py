"""Every option of `draw`, declared once: for the function, the command line, notebooks and Sphinx."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from textwrap import indent, wrap
from typing import Annotated, Any, Literal, TypeAlias, TypedDict, TypeVar, get_args, get_type_hints

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.figure.option_types import described, takes
from graphviz_nn.forms import Word
from graphviz_nn.forms.hues import ColoursName
from graphviz_nn.layout.engine import EngineName
from graphviz_nn.scene.page import PageName
from graphviz_nn.style.sheet import Style
from graphviz_nn.views.detail import DetailName
from graphviz_nn.views.repeats import RepeatsName
from graphviz_nn.views.view import ViewName

Direction: TypeAlias = Literal["LR", "TB", "RL", "BT"]
Length: TypeAlias = PageName | str | float
Part: TypeAlias = Literal["view", "look", "words", "numbers", "wishes", "page"]
Kind: TypeAlias = Literal[
    "text",
    "words",
    "views",
    "repeated",
    "groups",
    "pairs",
    "braces",
    "whole",
    "switch",
    "unit",
    "feeds",
    "against",
    "sharding",
]


@dataclass(frozen=True)
class Option:
    """An option: its default, its type on the command line, and its description.

    Parameters
    ----------
    part : str
        The part of a plan that it belongs to.
    default : object
        The value if the option isn't given.
    kind : str
        How to read the value from a command line.
    value : str
        A placeholder for the value in the help.
    flag : str
        The name on the command line, if it differs.
    least : int
        The smallest whole number allowed.
    help : str
        A description for docs and help, without the final full stop; it follows the option in the annotation.
    """

    part: Part
    default: Any = None
    kind: Kind = "text"
    value: str = ""
    flag: str = ""
    least: int = 1
    help: str = ""


class Options(TypedDict, total=False):
    """The options of a picture."""

    view: Annotated[
        ViewName | Sequence[ViewName],
        Option("view", "operations", "views"),
        "the level of detail. A node is an operation on arrays (operations), an operation on single numbers "
        "(scalars), an operation or a function without parameters (functions), a layer (compact), a layer or a "
        "variable (layers), a variable, with layers as arrows (arrows), a layer or a module (blocks), an entry of a "
        "variable, with weights as lines (units), or a feature map as a solid (volumes). Several views make one "
        "figure, in which each variable keeps its column (its row, for direction TB)",
    ]
    detail: Annotated[
        DetailName | None,
        Option("view"),
        "how much folds into one node, if not what the view implies; merged draws a linear layer and its "
        "activation as one",
    ]
    expand: Annotated[
        str | Iterable[str],
        Option("view", (), "repeated", "BLOCK"),
        "the name of a block, or of its function, to open in place, with a frame around its contents",
    ]
    repeats: Annotated[
        RepeatsName,
        Option("view", "fold"),
        "equal parts that follow each other, such as the blocks of a transformer or the steps of a recurrent "
        "network: more than four are drawn as one with ×N, or, if each has inputs of its own, as the first, …, and "
        "the last (fold); so are fewer (fold all); or all are drawn (show)",
    ]
    style: Annotated[
        Style,
        Option("look", "lecture"),
        "the name of a style, your own style sheet, or its tables as a dict",
    ]
    colours: Annotated[
        ColoursName | None,
        Option("look"),
        "what the colours of blocks say: their kind, such as layer (kinds), what they compute, such as attention or "
        "convolution (parts), or the outermost module that they belong to (stages); default parts in blocks, kinds in "
        "other views",
    ]
    shard: Annotated[
        Mapping[str, str | Sequence[str | None]] | None,
        Option("look", kind="sharding", value="NAME=AXIS,…"),
        "with show=sharding, for variables the axis of a mesh of devices over which each of their axes is divided, as "
        "for `compile`",
    ]
    direction: Annotated[
        Direction | None,
        Option("look"),
        "where the flow runs: from left to right (LR), from top to bottom (TB), or the other way (RL, BT); default TB "
        "in blocks, LR in other views",
    ]
    show: Annotated[
        Word | Iterable[Word],
        Option("words", (), "words", "WHAT"),
        "additional information: shapes (sizes such as 2×1; on by default in layers and arrows), parameters "
        "(those inside each layer, by name; on by default in layers), counts (how many numbers these hold), "
        "formulas (of each layer), curves (of functions of one number; of each unit, in units), biases (as "
        "the weights of a 1, in units), sheets (a sheet for each channel, in volumes; by default where there are few), "
        "loss (off by default in arrows), target, backward (the backward pass, below the forward pass, or alone if "
        "forward is hidden; with gradients it goes back to the inputs, too), sharding (in operations, the axes of "
        "`shard` as colours and beside the sizes), and remarks (what `lint` finds, below the picture). With feeds also "
        "values (on by default, except in blocks), gradients (of the first output by every "
        "variable; in blocks the norm of that by the parameters of each block, as a number and a shade), check "
        "(whether the gradients agree with central differences, or with `against`), weights (the values of parameters "
        "inside layers), heatmaps (large arrays as shades), and cells (every variable as a box with its numbers)",
    ]
    hide: Annotated[
        str | Iterable[str],
        Option("words", (), "words", "WHAT"),
        "the same words, to turn off, or names of nodes; arrows into a hidden node continue past it",
    ]
    feeds: Annotated[
        Mapping[str, Any] | None,
        Option("numbers", kind="feeds", value="VALUE", flag="feed"),
        "values by name, as for `evaluate`; the picture shows the value of every variable",
    ]
    batch: Annotated[
        str | Iterable[str],
        Option("numbers", (), "words", "NAME"),
        "the variables whose values have a leading axis of examples; the picture shows one example, and the "
        "means of the numbers",
    ]
    against: Annotated[
        Any,
        Option("numbers", kind="against", value="WHAT"),
        "the gradients that check compares with, as for `check_gradients`; a wrong gradient is shown with both "
        "numbers, and the first one on the way back is emphasised",
    ]
    digits: Annotated[
        int | None,
        Option("look", kind="whole", value="N"),
        "the number of significant digits; 3 by default",
    ]
    units: Annotated[
        int | None,
        Option("words", kind="whole", value="N", least=3),
        "the most units in a column of the view units, 8 by default; a longer column leaves some out",
    ]
    unit: Annotated[
        str | tuple[str, int] | None,
        Option("words", kind="unit", value="UNIT"),
        "the single unit that the view units draws: its label, such as a^{(1)}_2, or its variable and its number",
    ]
    legend: Annotated[
        bool,
        Option("look", False, "switch"),
        "whether to explain the shapes and lines below the picture",
    ]
    width: Annotated[
        Length | None,
        Option("page", value="WIDTH"),
        "the width of the picture: column (3.25 in), page (6.75 in), slide (16:9), a length such as 12cm, or a "
        "number of pt. To fit it, the picture shrinks as far as the style's smallest text, then breaks into "
        "rows. If that isn't enough, the gaps get smaller, the picture turns to run down, or layers fold "
        "further, with a remark",
    ]
    height: Annotated[
        Length | None,
        Option("page", value="HEIGHT"),
        "the greatest height of the picture, by the same names (column and page mean 9 in) and lengths. A width "
        "by name implies a height. A picture that runs down breaks into columns to fit it",
    ]
    labels: Annotated[
        Literal["mathtext", "latex"] | str | PathLike[str],
        Option("look", "mathtext"),
        "what measures the labels: mathtext, or latex, your own LaTeX, so that the shapes of a .tex file fit its"
        " text, or the path of a preamble.tex with your own fonts and macros",
    ]
    title: Annotated[
        str | None,
        Option("wishes", value="TEXT"),
        "the text above the picture; $…$ is mathematics, here and in all other text",
    ]
    caption: Annotated[str | None, Option("wishes", value="TEXT"), "the text below the picture"]
    headings: Annotated[
        str | Iterable[str],
        Option("wishes", (), "repeated", "TEXT", flag="heading"),
        "a text above each view of a figure, in their order; of several models, first all views of the first one",
    ]
    callouts: Annotated[
        Mapping[str, str] | None,
        Option("wishes", kind="pairs", value="NAME=TEXT", flag="callout"),
        "texts beside named nodes, each with a thin line to its node, such as a1: learned features",
    ]
    braces: Annotated[
        Mapping[str, str | Iterable[str]] | None,
        Option("wishes", kind="braces", value="TEXT=NAME,NAME", flag="brace"),
        "curly braces along named nodes, each with a text at its tip, such as features: x, a1",
    ]
    highlight: Annotated[
        str | Iterable[str],
        Option("wishes", (), "words", "NAMES"),
        "the nodes to emphasise while all else is pale: names, or paths such as 'theta -> loss'",
    ]
    rename: Annotated[
        Mapping[str, str] | None,
        Option("wishes", kind="pairs", value="NAME=SYMBOL"),
        "new symbols of variables and new titles of operations, by name",
    ]
    order: Annotated[
        Iterable[str | Iterable[str]],
        Option("wishes", (), "groups", "NAME,NAME"),
        "groups of names to place in this order, the first above or left of the second",
    ]
    align: Annotated[
        Iterable[str | Iterable[str]],
        Option("wishes", (), "groups", "NAME,NAME"),
        "groups of names to place side by side; a path from one of a pair to the other makes a U",
    ]
    engine: Annotated[
        EngineName,
        Option("look", "composed"),
        "what computes the layout: this package (composed), the included Graphviz (wasm), or your own (dot)",
    ]


TYPES: dict[str, Any] = get_type_hints(Options)
"""The type of each option."""
OPTIONS: dict[str, Option] = {
    name: replace(option, help=said)
    for name, hint in get_type_hints(Options, include_extras=True).items()
    for _, option, said in [get_args(hint)]
}
"""Every option, in the order of the docs."""


def checked(given: Options) -> dict[str, Any]:
    """Check the given options, and add the defaults of the others.

    Raises
    ------
    UsageError
        For an unknown option, with the nearest one, and for a value of the wrong type.

    Examples
    --------
    >>> checked({"view": "layers"})["repeats"]
    'fold'
    >>> checked({"legend": "no"})
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: legend= takes bool, found 'no'
    >>> checked({"veiw": "layers"})
    Traceback (most recent call last):
    graphviz_nn.errors.UsageError: there is no option veiw=: did you mean 'view'? ...
    """
    for name, value in given.items():
        if name not in OPTIONS:
            raise UsageError(f"there is no option {name}=: {suggest(name, OPTIONS)}")
        # The composing options are checked later, entry by entry.
        if OPTIONS[name].part != "wishes" and not takes(TYPES[name], value):
            kinds = described(TYPES[name]).removesuffix(", optional")
            raise UsageError(f"{name}= takes {kinds}, found {value!r:.60}")
    return {name: given.get(name, option.default) for name, option in OPTIONS.items()}


def part(asked: Mapping[str, Any], name: Part) -> dict[str, Any]:
    """The options for one part of a plan."""
    return {each: asked[each] for each, option in OPTIONS.items() if option.part == name}


Function = TypeVar("Function", bound=Callable[..., Any])


def documented(function: Function) -> Function:
    """Give a function that takes all options their signature, and their description in place of ``{options}``."""
    rows = (
        f"{name} : {described(TYPES[name])}\n"
        + indent("\n".join(wrap(f"{option.help[0].upper()}{option.help[1:]}.", 110)), "    ")
        for name, option in OPTIONS.items()
    )
    function.__doc__ = (function.__doc__ or "").replace("{options}", indent("\n".join(rows), "    ").strip())
    own = inspect.signature(function)
    keywords = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=TYPES[name])
        for name, option in OPTIONS.items()
    ]
    first = [each for each in own.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    function.__signature__ = own.replace(parameters=[*first, *keywords])  # type: ignore[attr-defined]
    return function
