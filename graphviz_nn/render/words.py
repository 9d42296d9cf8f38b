"""The words of a label as rows of letters at their places, and what a reader finds and copies for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from graphviz_nn.layout.alone import alone
from graphviz_nn.layout.glyphs import SIZE, face
from graphviz_nn.layout.measure import font, mathtext
from graphviz_nn.layout.scripts import without
from graphviz_nn.layout.typesetter import Mark, placed
from graphviz_nn.style.runs import in_unicode

# The least space between two words, in sizes of the font; a script has less before it.
SPACE = 0.15
# How far from the end of a letter the next one of a row starts at most, as kerning moves it.
NEAR = 0.02
# Letters that other programs join with the next one.
JOINED = frozenset("fF")


class Face(NamedTuple):
    """A typeface by its name, slant and weight, or by its file."""

    name: str
    style: str = "normal"
    weight: str = "normal"
    file: str = ""


class Row(NamedTuple):
    """Letters of one face and size beside each other: their start, with y up from the baseline, at size 1."""

    text: str
    face: Face
    x: float
    y: float
    size: float
    end: float


@dataclass(frozen=True)
class Word:
    """Rows without a space between them, such as a letter and its superscript, and the word as text."""

    said: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Words:
    """A label at size 1: its words, and its rules, such as those of fractions: left, bottom, width, height."""

    words: tuple[Word, ...]
    rules: tuple[tuple[float, float, float, float], ...] = ()


@lru_cache(maxsize=4096)
def words(tex: str, family: str) -> Words:
    r"""The words of TeX.

    >>> [(word.said, [row.text for row in word.rows]) for word in words(r"W^{(1)}\ 3{\times}2", "serif").words]
    [('W⁽¹⁾', ['W', '(1)']), ('3×2', ['3×2'])]
    """
    with alone():
        letters, rules = _letters(tex, family)
    apart = [tuple(_rows(each)) for each in _apart(letters)]
    said = in_unicode(tex)
    if len(apart) == len(said.split()):
        return Words(tuple(map(Word, said.split(), apart)), rules)
    whole = tuple(row for rows in apart for row in rows)
    return Words((Word(said, whole),) if whole else (), rules)


def _letters(tex: str, family: str) -> tuple[list[Row], tuple[tuple[float, float, float, float], ...]]:
    """Each letter as a row of its own, and the rules."""
    shown = mathtext(without(tex, family))
    marks = placed(shown[1:-1], family)
    if marks is not None:
        return [
            _row(
                mark.letter.character, Face(*face(mark.letter, family)), mark.x, mark.y, mark.size, mark.letter.advance
            )
            for mark in marks
        ], ()
    from matplotlib.textpath import text_to_path

    # This parser has just set the label for its outline, and remembers it.
    found = text_to_path.mathtext_parser.parse(shown, 72, font(family, SIZE))
    rules = tuple(tuple(float(each) / SIZE for each in rule) for rule in found.rects)
    return [_read(*each) for each in found.glyphs], rules  # type: ignore[return-value]


def _placed(mark: Mark, family: str) -> Row:
    letter, x, y, size = mark
    return _row(letter.character, Face(*face(letter, family)), x, y, size, letter.advance)


def _read(used: Any, size: float, code: int, *more: float) -> Row:
    """A letter that mathtext has set."""
    from matplotlib.ft2font import LoadFlags

    used.set_size(SIZE, 72)
    advance = used.load_char(code, flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536
    return _row(chr(code), Face("", file=used.fname), float(more[-2]), float(more[-1]), size / SIZE, advance)


def _row(text: str, used: Face, x: float, y: float, size: float, advance: float) -> Row:
    return Row(text, used, x / SIZE, y / SIZE, size, (x + advance * size) / SIZE)


def _apart(letters: Sequence[Row]) -> Iterator[list[Row]]:
    """The letters of each word: between two words is space in the whole height."""
    word, end = list[Row](), 0.0
    for letter in letters:
        if word and letter.x - end > SPACE:
            yield word
            word = []
        if letter.text.strip():
            end = max(end, letter.end) if word else letter.end
            word.append(letter)
    if word:
        yield word


def _rows(letters: Sequence[Row]) -> Iterator[Row]:
    """Letters side by side as one row."""
    start = 0
    for place in range(1, len(letters) + 1):
        if place == len(letters) or not _goes_on(letters[place - 1], letters[place]):
            text = "".join(each.text for each in letters[start:place])
            yield letters[start]._replace(text=text, end=letters[place - 1].end)
            start = place


def _goes_on(one: Row, other: Row) -> bool:
    is_like = one.y == other.y and one.size == other.size and one.face == other.face
    return is_like and abs(other.x - one.end) <= NEAR * one.size and one.text not in JOINED
