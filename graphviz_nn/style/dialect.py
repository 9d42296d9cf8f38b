"""Translate TeX from papers to commands that mathtext knows."""

import re
from functools import lru_cache

# Replacements for commands that mathtext lacks; the numbers are arguments.
_SAME = {
    r"\bm": r"\boldsymbol{{{0}}}",
    r"\mathbold": r"\boldsymbol{{{0}}}",
    r"\stackrel": r"\overset{{{0}}}{{{1}}}",
    r"\xrightarrow": r"\overset{{{0}}}{{\rightarrow}}",
    r"\xleftarrow": r"\overset{{{0}}}{{\leftarrow}}",
    r"\underbrace": r"\underset{{⏟}}{{{0}}}",
    r"\overbrace": r"\overset{{⏞}}{{{0}}}",
    r"\tfrac": r"\frac{{{0}}}{{{1}}}",
    r"\mathbbm": r"\mathbb{{{0}}}",
    r"\ensuremath": r"{{{0}}}",
    r"\coloneqq": ":=",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\lVert": r"\|",
    r"\rVert": r"\|",
    r"\displaystyle": "",
    r"\limits": "",
}
# Text fonts; mathematics in these fonts has no spaces.
_FACES = {
    r"\textbf": "mathbf",
    r"\textit": "mathit",
    r"\emph": "mathit",
    r"\texttt": "mathtt",
    r"\textrm": "mathrm",
    r"\textsf": "mathsf",
    r"\textnormal": "mathrm",
    r"\mbox": "mathrm",
}
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)\*?", re.DOTALL)


@lru_cache(maxsize=8192)
def common(tex: str, kept: frozenset[str] = frozenset()) -> str:
    r"""Replace commands that mathtext lacks, if others look the same; the rest stays, and so do `kept` commands.

    Examples
    --------
    >>> common(r"\bm{x} \stackrel{f}{=} \textbf{a b}")
    '\\boldsymbol{x} \\overset{f}{=} \\mathbf{a\\ b}'
    >>> common(r"\underbrace{W x}_{z}")
    '\\underset{z}{\\underset{⏟}{W x}}'
    """
    parts, place = list[str](), 0
    while found := _COMMAND.search(tex, place):
        command, after = found[0].rstrip("*") if found[0] != r"\*" else found[0], found.end()
        parts.append(tex[place : found.start()])
        if command in kept:
            parts.append(found[0])
        elif command in _FACES:
            (words,), after = _arguments(tex, after, 1)
            parts.append(rf"\{_FACES[command]}{{{re.sub(r' +', lambda _: chr(92) + ' ', words.strip())}}}")
        elif command in _SAME:
            count = len(set(re.findall(r"\{(\d)\}", _SAME[command])))
            given, after = _arguments(tex, after, count)
            whole = _SAME[command].format(*(common(each, kept) for each in given))
            side = {r"\underbrace": "_", r"\overbrace": "^"}.get(command)
            if side and tex[after : after + 1] == side:
                (said,), after = _arguments(tex, after + 1, 1)
                whole = rf"\{'under' if side == '_' else 'over'}set{{{common(said, kept)}}}{{{whole}}}"
            parts.append(whole)
        else:
            parts.append(found[0])
        place = after
    return "".join([*parts, tex[place:]])


def _arguments(tex: str, place: int, count: int) -> tuple[list[str], int]:
    """A number of arguments from a position, each a group, a command or a letter, and the position after them."""
    found = []
    for _ in range(count):
        while tex[place : place + 1] == " ":
            place += 1
        end = _end(tex, place)
        group = tex[place:end]
        found.append(group[1:-1] if group.startswith("{") and group.endswith("}") else group)
        place = end
    return found, place


def _end(tex: str, place: int) -> int:
    """The end of the unit that starts at a position."""
    if tex[place : place + 1] != "{":
        command = _COMMAND.match(tex, place)
        return command.end() if command else min(place + 1, len(tex))
    depth = 0
    for end in range(place, len(tex)):
        if end and tex[end - 1] == "\\" and tex[end - 2 : end - 1] != "\\":
            continue
        depth += (tex[end] == "{") - (tex[end] == "}")
        if not depth:
            return end + 1
    return len(tex)
