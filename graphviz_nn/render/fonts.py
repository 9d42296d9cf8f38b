"""Letters that pdfLaTeX's fonts lack: set by XeLaTeX or LuaLaTeX in fonts of the system, a command for each script."""

import re
import unicodedata

from graphviz_nn.layout.scripts import script

# Fonts that anybody can install, for scripts that their family doesn't call so.
FONTS = {
    "Chinese": "Noto Serif CJK SC",
    "Japanese": "Noto Serif CJK JP",
    "Korean": "Noto Serif CJK KR",
    "Arabic": "Noto Naskh Arabic",
    "Mathematical": "STIX Two Math",
    **dict.fromkeys(["Latin", "Greek", "Cyrillic"], "Noto Serif"),
}
# The letters of mathptmx: where TeX brings them, else where the system has them.
ROMAN = (
    r"\usepackage[no-math]{fontspec}",
    r"\IfFontExistsTF{texgyretermes-regular.otf}{\setmainfont{texgyretermes}[Extension=.otf, UprightFont=*-regular, "
    r"BoldFont=*-bold, ItalicFont=*-italic, BoldItalicFont=*-bolditalic]}"
    r"{\IfFontExistsTF{TeX Gyre Termes}{\setmainfont{TeX Gyre Termes}}{}}",
)
# Combining marks alone, and what has no name, belong to no script.
NONE = ("Combining", "Symbol")
_COMMAND = re.compile(r"\\([a-z]+)letters(?![A-Za-z])")
_ADJACENT = re.compile(r"(\\text\{\\([a-z]+letters) [^{}]*)\}((?:\\ )*)\\text\{\\\2 ")


def lettered(character: str) -> str:
    r"""A letter of another script, to stand in words of LaTeX; nothing for what is no letter.

    >>> lettered("前"), lettered("x̣"[1:])
    ('\\chineseletters 前', '')
    """
    if len(character) != 1:
        return ""
    found = script(character)
    is_letter = unicodedata.category(character)[0] in "LMN" and found.isascii() and found.isalpha()
    return rf"\{found.lower()}letters {character}" if is_letter and found not in NONE else ""


def joined(latex: str) -> str:
    r"""LaTeX with letters of one script beside each other in one group: some take their form from their neighbours.

    >>> joined(r"\text{\chineseletters 前}\text{\chineseletters 向}")
    '\\text{\\chineseletters 前向}'
    """
    if "letters " not in latex:
        return latex
    latex = latex.replace(r"\text{}", "")
    while latex != (found := _ADJACENT.sub(r"\1\3", latex)):
        latex = found
    return latex


def commands(latex: str) -> tuple[str, ...]:
    """The scripts of letters in LaTeX, in lower case, each once."""
    return tuple(sorted(set(_COMMAND.findall(latex))))


def provided(latex: str) -> list[str]:
    r"""Lines before a picture that stands in another document, which may have fonts of its own for these letters."""
    found = commands(latex)
    if not found:
        return []
    names = ", ".join(f"\\{each}letters ({_font(each)})" for each in found)
    return [
        f"% has letters that pdfLaTeX lacks: use XeLaTeX or LuaLaTeX, with \\newfontfamily for {names}",
        *(rf"\providecommand{{\{each}letters}}{{}}" for each in found),
    ]


def packages(preamble: str, latex: str) -> str:
    """A preamble, and the fonts that letters in LaTeX need beside it."""
    fonts = [rf"\newfontfamily\{each}letters{{{_font(each)}}}" for each in commands(latex)]
    if not fonts:
        return preamble
    said = "% Letters that pdfLaTeX lacks: typeset this with XeLaTeX or LuaLaTeX, which take these fonts of the system."
    return "\n".join([preamble, said, *ROMAN, *fonts])


def _font(name: str) -> str:
    called = name.capitalize()
    return FONTS.get(called, f"Noto Serif {called}")
