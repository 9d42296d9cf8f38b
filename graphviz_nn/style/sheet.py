"""Style sheets: TOML files that define every colour, width, font size and gap."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from os import PathLike
from os.path import normpath
from pathlib import Path
from typing import Any, Literal, TypeAlias

from graphviz_nn.errors import FileError, StyleError, brief, suggest
from graphviz_nn.storage import read
from graphviz_nn.style.tables import Brace, Callout, Emphasis, Gap, Line, Look, Page, Palette, Size, Text, Weight

OUTLINES = ("rounded", "pill", "circle", "box", "octagon", "trapezoid")
VECTORS = ("plain", "arrow", "bold")
FAMILIES = ("serif", "sans")
WORDS = {"outline": OUTLINES, "vectors": VECTORS, "family": FAMILIES}
# The most sheets that inherit from each other.
MOST = 20
StyleName: TypeAlias = Literal["lecture", "paper", "column", "mono", "colorblind", "dark", "blueprint", "chalk"]
"""The names that editors offer; every .toml in styles/ is a style."""
Style: TypeAlias = StyleName | str | PathLike[str] | Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A complete style, with a field for each table of the TOML file."""

    page: Page
    text: Text
    gap: Gap
    line: Line
    size: Size
    weight: Weight
    emphasis: Emphasis
    callout: Callout
    brace: Brace
    unit: Look
    data: Look
    parameter: Look
    target: Look
    constant: Look
    operation: Look
    layer: Look
    activation: Look
    function: Look
    loss: Look
    frame: Look
    added: Look
    removed: Look
    changed: Look
    weights_changed: Look
    palette: Palette

    @property
    def more(self) -> Look:
        """The look of dots, which have no outline."""
        return Look("box", self.page.background, self.page.background)

    def look(self, kind: str) -> Look:
        """The look of a kind of node."""
        found: Look = getattr(self, kind)
        return found

    def ink(self, kind: str) -> str:
        """The colour of the text in a kind of node."""
        return self.look(kind).ink or self.text.ink


def folder() -> Path:
    """The folder of the included styles: in the wheel, or beside the package in a clone."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "styles"
    return inside if inside.is_dir() else package.parent / "styles"


def names() -> list[str]:
    """The names of the included styles."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def load(style: Style) -> Sheet:
    """Load the sheet of a name, of a user's file, or of a dict of tables.

    A user's file can say ``inherit = "lecture"`` and then only its differences. With several sheets, such as ``inherit
    = ["dark", "column"]``, each overrides those before it.

    Raises
    ------
    StyleError
        If there is no such sheet, or it is invalid.

    Examples
    --------
    >>> load("lecture").loss.outline
    'box'
    >>> load({"inherit": ["dark", "column"]}).page == Page(load("dark").page.background, load("column").page.margin)
    True
    """
    if isinstance(style, Mapping):
        return _sheet("style", _merged(_inherited(dict(style), Path("style"), (), {})))
    text = str(style)
    if text in names():
        return _named(text)
    if not text.endswith(".toml"):
        raise StyleError(f"there is no style {text!r}: {suggest(text, names())}, or give a path to a .toml file")
    return _sheet(text, _merged(_tables(Path(text), (), {})))


def files(style: Style) -> list[Path]:
    """The user's files that make up a style: itself and the sheets that it inherits, as far as they are readable.

    >>> files("lecture"), [path.name for path in files("mine.toml")]
    ([], ['mine.toml'])
    """
    if isinstance(style, Mapping) or not str(style).endswith(".toml"):
        return []
    try:
        return [path for path in _tables(Path(style), (), {}) if path.parent != folder()]
    except StyleError:
        return [Path(style)]


@lru_cache(maxsize=64)
def _named(name: str) -> Sheet:
    return _sheet(name, _merged(_tables(folder() / f"{name}.toml", (), {})))


def _merged(sheets: Mapping[Path, Mapping[str, Any]]) -> dict[str, Any]:
    """The tables of sheets, each overriding those before it."""
    tables: dict[str, Any] = {}
    for sheet in sheets.values():
        for key, value in sheet.items():
            known = tables.get(key)
            tables[key] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return tables


def _tables(path: Path, heirs: tuple[Path, ...], found: dict[Path, dict[str, Any]]) -> dict[Path, dict[str, Any]]:
    """A file's tables after the inherited ones, and those found before."""
    if path in heirs:
        raise StyleError(f"{path} inherits from itself; remove it from inherit")
    if len(heirs) > MOST:
        raise StyleError(f"{heirs[0]} inherits through more than {MOST} sheets; use fewer")
    # A shared ancestor counts once, so that it doesn't override an earlier heir.
    if path in found:
        return found
    try:
        own = tomllib.loads(read(path).decode())
    except FileError as error:
        raise StyleError(str(error).replace("can't read", "can't read the style", 1)) from error
    except (ValueError, RecursionError) as error:
        raise StyleError(f"the style {path} isn't TOML: {error}") from error
    return _inherited(own, path, heirs, found)


def _inherited(
    own: dict[str, Any], path: Path, heirs: tuple[Path, ...], found: dict[Path, dict[str, Any]]
) -> dict[Path, dict[str, Any]]:
    named = own.pop("inherit", [])
    for parent in named if isinstance(named, list | tuple) else [named]:
        if isinstance(parent, str) and parent in names():
            _tables(folder() / f"{parent}.toml", (*heirs, path), found)
        elif isinstance(parent, str) and parent.endswith(".toml"):
            _tables(Path(normpath(path.parent / parent)), (*heirs, path), found)
        else:
            raise StyleError(f"{path} inherits from {brief(parent)}: {suggest(_word(parent), names())}")
    found[path] = own
    return found


def _sheet(name: str, tables: Mapping[str, Any]) -> Sheet:
    kinds = {each.name: each.type for each in fields(Sheet)}
    _known(name, "", tables, kinds)
    parts: dict[str, Any] = {}
    for title, kind in kinds.items():
        table = tables.get(title)
        if not isinstance(table, dict):
            raise StyleError(f'{name}: the table [{title}] is missing; inherit = "lecture" adds it')
        assert isinstance(kind, type)
        parts[title] = _part(name, title, kind, table)
    found = Sheet(**parts)
    fills, lines = len(found.palette.fills), len(found.palette.lines)
    if fills != lines:
        raise StyleError(f"{name}: palette has {fills} fills and {lines} lines; give a line for each fill")
    return found


def _known(name: str, title: str, table: Mapping[str, Any], kinds: Mapping[str, Any]) -> None:
    for key in table:
        if not isinstance(key, str) or key not in kinds:
            where = f"{title}.{key}" if title and isinstance(key, str) else key
            raise StyleError(f"{name}: unknown key {brief(where)}: {suggest(_word(key), kinds)}")


def _part(name: str, title: str, kind: type, table: Mapping[str, Any]) -> Any:
    wanted = {each.name: each for each in fields(kind)}
    _known(name, title, table, wanted)
    values = {}
    for key, each in wanted.items():
        where = f"{name}: {title}.{key}"
        if key not in table:
            if each.default is not MISSING:
                continue
            raise StyleError(f'{where} is missing; inherit = "lecture" adds it')
        values[key] = _value(where, key, each.type, table[key])
    return kind(**values)


def _value(where: str, key: str, kind: Any, value: Any) -> Any:
    if kind is float:
        return _length(where, value, 1 if key.endswith("_share") else 1000)
    if key == "dash":
        if not isinstance(value, list):
            raise StyleError(f"{where} is {brief(value)}; it must be a list of lengths such as [4, 2]")
        return tuple(_length(where, each) for each in value)
    if key in ("fills", "lines"):
        if not isinstance(value, list):
            raise StyleError(f'{where} is {brief(value)}; it must be a list of colours such as ["#2F5D8C"]')
        return tuple(_value(f"{where}[{number}]", "", str, each) for number, each in enumerate(value))
    if key in WORDS:
        if not isinstance(value, str) or value not in WORDS[key]:
            raise StyleError(f"{where} is {brief(value)}: {suggest(_word(value), WORDS[key])}")
    elif not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise StyleError(f'{where} is {brief(value)}; it must be a colour such as "#2F5D8C"')
    return value


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _length(where: str, value: Any, most: int = 1000) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        kind = "lengths are in pt" if most > 1 else "a share"
        raise StyleError(f"{where} is {brief(value)}; it must be a number from 0 to {most} ({kind})")
    return float(value)
