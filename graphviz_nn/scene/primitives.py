"""The graphical primitives of a picture; lengths in pt, with y pointing down."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Command: TypeAlias = tuple[str, tuple[float, ...]]
"""A letter of SVG path data (M, L, C or Z) and its absolute coordinates."""


@dataclass(frozen=True)
class Source:
    """What a thing shows: an entry of a parameter as a line, an entry of a variable as a circle, or a number.

    The number of a whole array has the index (), or the number of its row if it takes several.
    """

    kind: Literal["weight", "unit", "value", "gradient"]
    of: str
    index: tuple[int, ...] = ()


@dataclass(frozen=True)
class Path:
    """An outline; properties that aren't given aren't painted."""

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Text:
    """TeX in math mode, positioned by the middle of its ink; in serif or sans-serif letters."""

    tex: str
    x: float
    y: float
    size: float
    colour: str
    family: str = "serif"
    source: Source | None = None


@dataclass(frozen=True)
class Group:
    """Things that belong together, with a name and a description for screen readers.

    The first path of a line runs between `ends`, the groups with these ids; the second is its head. `name` is its
    content, and `facts` are further information as pairs of words.
    """

    id: str
    title: str
    items: tuple[Path | Text, ...]
    ends: tuple[str, str] | None = None
    name: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class LaTeX:
    """The document that labels were measured for: its preamble, the commands that it defines, and its path."""

    preamble: str
    commands: tuple[str, ...] = ()
    # The same picture is equal wherever its files are.
    path: str = field(default="", repr=False)


@dataclass(frozen=True)
class Scene:
    """A picture."""

    width: float
    height: float
    background: str
    title: str
    description: str
    groups: tuple[Group, ...]
    latex: LaTeX | None = None
