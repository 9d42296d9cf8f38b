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
from graphviz_nn.layout.engine import EngineName
from graphviz_nn.scene.page import PageName
from graphviz_nn.style.sheet import Style
from graphviz_nn.views.detail import DetailName
from graphviz_nn.views.view import ViewName

Direction: TypeAlias = Literal["LR", "TB"]
Length: TypeAlias = PageName | str | float
Part: TypeAlias = Literal["view", "look", "words", "numbers", "wishes", "page"]
Kind: TypeAlias = Literal[
    "text", "words", "views", "repeated", "groups", "pairs", "braces", "whole", "switch", "unit", "feeds", "against"
]


@dataclass(frozen=True)
class Option:
    """What an option does, and how it is said.

    Parameters
    ----------
    part : str
        What of a plan it belongs to.
    default : object
        What holds where it isn't given.
    kind : str
        How its value is read from a command line.
    value : str
        What stands for the value there.
    flag : str
        What it is called there, where that is something else.
    least : int
        The least whole number that it may be.
    help : str
        What it does, as a sentence of a docstring without its point; it stands behind the option.
    """

    part: Part
    default: Any = None
    kind: Kind = "text"
    value: str = ""
    flag: str = ""
    least: int = 1
    help: str = ""


class Options(TypedDict, total=False):
    """What can be said of a picture."""

    view: Annotated[
        ViewName | Sequence[ViewName],
        Option("view", "operations", "views"),
        "what is a node: an operation on arrays, or one on single numbers (scalars); a layer in a chain (compact), "
        "or between its variables (layers); a variable, with layers as the arrows; each entry of a variable, with "
        "weights as the lines (units); several are one figure, with the same thing in the same column (in the same "
        "row, for direction TB)",
    ]
    detail: Annotated[
        DetailName | None,
        Option("view"),
        "how much is drawn as one, where it isn't the view's own; merged is a linear layer with its activation",
    ]
    expand: Annotated[
        str | Iterable[str],
        Option("view", (), "repeated", "BLOCK"),
        "a block to open in place, by its name or its function's; a frame is drawn around what is inside",
    ]
    style: Annotated[
        Style,
        Option("look", "lecture"),
        "the name of a style, a style sheet of your own, or its tables as a dict",
    ]
    direction: Annotated[Direction, Option("look", "LR"), "from left to right or from top to bottom"]
    show: Annotated[
        Word | Iterable[Word],
        Option("words", (), "words", "WHAT"),
        "what is to be said other than by the view: shapes are sizes such as 2×1 (said by layers and arrows), "
        "parameters the names of those that their layer takes in (said by layers), counts the number of these, "
        "formulas what each layer computes, curves what functions of one number look like; loss (left out by "
        "arrows) and target are drawn or not; backward is the backward pass, mirrored below the forward pass, or "
        "alone where forward is hidden; with feeds also values (said unasked), gradients of the first output by "
        "everything, check, whether these agree with central differences, or with `against`, and heatmaps, the "
        "shades of arrays that are too large to be written out",
    ]
    hide: Annotated[
        str | Iterable[str],
        Option("words", (), "words", "WHAT"),
        "the same, not to be shown, or names; what led to what is hidden leads on past it",
    ]
    feeds: Annotated[
        Mapping[str, Any] | None,
        Option("numbers", kind="feeds", value="VALUE", flag="feed"),
        "values by name, as for `evaluate`; what everything then is is written beside it",
    ]
    batch: Annotated[
        str | Iterable[str],
        Option("numbers", (), "words", "NAME"),
        "what is fed with many examples, along a leading axis: the picture is of one example, its numbers are means",
    ]
    against: Annotated[
        Any,
        Option("numbers", kind="against", value="WHAT"),
        "what check compares gradients with, as for `check_gradients`; where they differ both numbers are written, "
        "and the first on the way back stands out",
    ]
    digits: Annotated[
        int | None,
        Option("look", kind="whole", value="N"),
        "with how many significant digits numbers are written, else 3",
    ]
    units: Annotated[
        int | None,
        Option("words", kind="whole", value="N", least=3),
        "the most units that the view units draws in a column, else 8; in a longer one some are left out",
    ]
    unit: Annotated[
        str | tuple[str, int] | None,
        Option("words", kind="unit", value="UNIT"),
        "the one unit that the view units draws on its own: its label, such as a^{(1)}_2, or the variable and the "
        "number",
    ]
    legend: Annotated[
        bool,
        Option("look", False, "switch"),
        "whether what shapes and lines are stands below the picture",
    ]
    width: Annotated[
        Length | None,
        Option("page", value="WIDTH"),
        "how wide the picture is to be: a column (3.25 in), a page (6.75 in), a slide of 16:9, a length such as "
        "12cm, or a number of pt; it gets smaller for that as long as no letters are smaller than the style's "
        "least, then it is broken into rows, and where that isn't enough set closer, turned to go down, or folded "
        "further, with a remark",
    ]
    height: Annotated[
        Length | None,
        Option("page", value="HEIGHT"),
        "how high the picture may be, by the same names (a column and a page are 9 in high) and lengths; a width "
        "by name has its own; what goes from top to bottom is broken into columns for that",
    ]
    labels: Annotated[
        Literal["mathtext", "latex"] | str | PathLike[str],
        Option("look", "mathtext"),
        "what measures labels: latex is a LaTeX of your own, so that shapes of a .tex file fit what it will set; "
        "the path of a preamble.tex is that with your own fonts and macros",
    ]
    title: Annotated[
        str | None,
        Option("wishes", value="TEXT"),
        "what is written above; $…$ is mathematics, here and in all other text",
    ]
    caption: Annotated[str | None, Option("wishes", value="TEXT"), "what is written below"]
    callouts: Annotated[
        Mapping[str, str] | None,
        Option("wishes", kind="pairs", value="NAME=TEXT", flag="callout"),
        "remarks on what is named, beside it with a thin line to it, such as a1: learned features",
    ]
    braces: Annotated[
        Mapping[str, str | Iterable[str]] | None,
        Option("wishes", kind="braces", value="TEXT=NAME,NAME", flag="brace"),
        "curly braces along what is named, with what is written at their tips, such as features: x, a1",
    ]
    highlight: Annotated[
        str | Iterable[str],
        Option("wishes", (), "words", "NAMES"),
        "what stands out while all else is pale: names, or all that is on paths, 'theta -> loss'",
    ]
    rename: Annotated[
        Mapping[str, str] | None,
        Option("wishes", kind="pairs", value="NAME=SYMBOL"),
        "other symbols of variables and other titles of operations, by name",
    ]
    order: Annotated[
        Iterable[str | Iterable[str]],
        Option("wishes", (), "groups", "NAME,NAME"),
        "groups of names in this order, the first above or left of the second",
    ]
    align: Annotated[
        Iterable[str | Iterable[str]],
        Option("wishes", (), "groups", "NAME,NAME"),
        "groups of names that are beside each other",
    ]
    engine: Annotated[EngineName, Option("look", "wasm"), "the Graphviz that comes along (wasm), or your own (dot)"]


TYPES: dict[str, Any] = get_type_hints(Options)
"""What each option may be."""
OPTIONS: dict[str, Option] = {
    name: replace(option, help=said)
    for name, hint in get_type_hints(Options, include_extras=True).items()
    for _, option, said in [get_args(hint)]
}
"""Every option, in the order of the docs."""


def checked(given: Options) -> dict[str, Any]:
    """All options: those that are given, and what holds where they aren't.

    Raises
    ------
    UsageError
        For one that there isn't, with the nearest, and for what is nothing of the kind that an option takes.

    Examples
    --------
    >>> checked({"view": "layers"})["direction"]
    'LR'
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
        # What is to be composed by name is looked at there, entry by entry.
        if OPTIONS[name].part != "wishes" and not takes(TYPES[name], value):
            kinds = described(TYPES[name]).removesuffix(", optional")
            raise UsageError(f"{name}= takes {kinds}, found {value!r:.60}")
    return {name: given.get(name, option.default) for name, option in OPTIONS.items()}


def part(asked: Mapping[str, Any], name: Part) -> dict[str, Any]:
    """The options that belong to one part of a plan."""
    return {each: asked[each] for each, option in OPTIONS.items() if option.part == name}


Function = TypeVar("Function", bound=Callable[..., Any])


def documented(function: Function) -> Function:
    """Give a function that takes all options their signature and, in place of ``{options}``, their description."""
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
