"""The few things that a picture is made of; lengths in pt, y down."""

from dataclasses import dataclass, field
from typing import TypeAlias

Command: TypeAlias = tuple[str, tuple[float, ...]]
"""A letter of SVG path data (M, L, C or Z) and its absolute coordinates."""


@dataclass(frozen=True)
class Path:
    """An outline: what is not given isn't painted."""

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Text:
    """TeX in math mode, by the middle of its ink; in serif or sans-serif letters."""

    tex: str
    x: float
    y: float
    size: float
    colour: str
    family: str = "serif"


@dataclass(frozen=True)
class Group:
    """Things that belong together, with a name and a description for those who can't see them.

    The first path of a line runs between `ends`, the groups with these ids; a second one is its head. `name` is what
    it shows, `facts` say about that more than is drawn, each a word and what it is.
    """

    id: str
    title: str
    items: tuple[Path | Text, ...]
    ends: tuple[str, str] | None = None
    name: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LaTeX:
    """The document that labels were measured for: its preamble, the commands that this defines, where it is from."""

    preamble: str
    commands: tuple[str, ...] = ()
    # The same picture is the same wherever its files are.
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
