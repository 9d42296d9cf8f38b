"""Break sentences into lines of about equal length."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from graphviz_nn.layout.measure import line, typeset
from graphviz_nn.layout.result import Placed

# The distance of words and of baselines, in font sizes.
SPACE, LEADING = 0.25, 1.25


def broken(paragraphs: Iterable[Sequence[str]], width: float, size: float) -> list[str]:
    r"""Break a text into lines no wider than this, unless a word is wider, and as even as possible.

    Examples
    --------
    >>> broken([(r"\mathrm{on}", r"\mathrm{an}", r"\mathrm{on}", r"\mathrm{no}")], 40, 10)
    ['\\mathrm{on}\\ \\mathrm{an}', '\\mathrm{on}\\ \\mathrm{no}']
    """
    return [line for paragraph in paragraphs for line in _paragraph(paragraph, width, size)]


def _paragraph(words: Sequence[str], width: float, size: float) -> list[str]:
    widths = [typeset(word).width * size for word in words]
    # The length of a line of words i…j-1 is the difference of two prefix sums.
    ends = [0.0, *accumulate(each + SPACE * size for each in widths)]
    best: list[tuple[float, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(words) + 1):
        options = []
        for start in range(end - 1, -1, -1):
            length = ends[end] - ends[start] - SPACE * size
            if length > width and start < end - 1:
                break
            lines, ragged, _ = best[start]
            # First minimize the number of lines, then the unevenness.
            options.append((lines + 1, ragged + max(width - length, 0.0) ** 2, start))
        best.append(min(options))
    found, end = list[str](), len(words)
    while end:
        start = best[end][2]
        found.append(r"\ ".join(words[start:end]))
        end = start
    return found[::-1]


def extent(lines: Iterable[str], size: float) -> tuple[float, float]:
    """The width and the height of lines below each other."""
    lines = list(lines)
    strut = line("x")
    ends = max(line(each).above for each in lines), max(line(each).below for each in lines)
    height = (len(lines) - 1) * LEADING + (ends[0] + ends[1] if lines else strut.height)
    return max(typeset(each).width for each in lines) * size, height * size


def placed(
    lines: Sequence[str], x: float, top: float, size: float, *, side: int = 0, kind: str = ""
) -> tuple[Placed, ...]:
    """Place lines from a height on: centred at `x`, or starting there (side 1), or ending there (side -1)."""
    baseline = top + max(line(each).above for each in lines) * size
    found = []
    for number, tex in enumerate(lines):
        text = typeset(tex)
        middle = baseline + (number * LEADING - (text.top + text.bottom) / 2) * size
        found.append(Placed(tex, x + side * text.width * size / 2, middle, size, kind=kind))
    return tuple(found)
