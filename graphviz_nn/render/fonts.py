"""Letters that pdfLaTeX's fonts lack: XeLaTeX or LuaLaTeX sets them in system fonts, with a command per script."""

import re
import unicodedata

from graphviz_nn.layout.scripts import script

# Free fonts for scripts whose names differ from the font's.
FONTS = {
    "Chinese": "Noto Serif CJK SC",
    "Japanese": "Noto Serif CJK JP",
    "Korean": "Noto Serif CJK KR",
    "Arabic": "Noto Naskh Arabic",
    "Mathematical": "STIX Two Math",
    **dict.fromkeys(["Latin", "Greek", "Cyrillic"], "Noto Serif"),
}
# Scripts whose letters join, and those of them that run from right to left.
SHAPED = frozenset(
    ["Arabic", "Hebrew", "Syriac", "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya",
     "Sinhala", "Tamil", "Telugu", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"]
)  # fmt: skip
LEFTWARDS = frozenset(["Arabic", "Hebrew", "Syriac"])
SHAPE = (r"\usepackage{iftex}", r"\ifluatex\defaultfontfeatures{Renderer=HarfBuzz}\fi")
TURN = (r"\ifluatex\newcommand\leftwards{\textdir TRT }\else\TeXXeTstate=1 \newcommand\leftwards{\beginR}\fi",)
# The letters of mathptmx: from TeX, otherwise from the system.
ROMAN = (
    r"\usepackage[no-math]{fontspec}",
    r"\IfFontExistsTF{texgyretermes-regular.otf}{\setmainfont{texgyretermes}[Extension=.otf, UprightFont=*-regular, "
    r"BoldFont=*-bold, ItalicFont=*-italic, BoldItalicFont=*-bolditalic]}"
    r"{\IfFontExistsTF{TeX Gyre Termes}{\setmainfont{TeX Gyre Termes}}{}}",
)
# Combining marks and characters without a name belong to no script.
NONE = ("Combining", "Symbol")
_COMMAND = re.compile(r"\\([a-z]+)letters(?![A-Za-z])")
_ADJACENT = re.compile(
    r"((?P<roman>\\mathrm\{)?\\text\{\\(?P<command>[a-z]+letters) [^{}]*)\}(?(roman)\})(?P<gap>(?:\\ )*)"
    r"(?(roman)\\mathrm\{)\\text\{\\(?P=command) "
)


def lettered(character: str) -> str:
    r"""A letter of another script, for LaTeX words; "" for a character that isn't a letter.

    >>> lettered("前"), lettered("x̣"[1:])
    ('\\chineseletters 前', '')
    """
    if len(character) != 1:
        return ""
    found = script(character)
    is_letter = unicodedata.category(character)[0] in "LMN" and found.isascii() and found.isalpha()
    return rf"\{found.lower()}letters {character}" if is_letter and found not in NONE else ""


def joined(latex: str) -> str:
    r"""Group adjacent letters of one script in LaTeX, because some letters join.

    >>> joined(r"\text{\chineseletters 前}\text{\chineseletters 向}")
    '\\text{\\chineseletters 前向}'
    >>> joined(r"\mathrm{\text{\arabicletters شبكة}}\ \mathrm{\text{\arabicletters عصبية}}")
    '\\mathrm{\\text{\\arabicletters شبكة\\ عصبية}}'
    """
    if "letters " not in latex:
        return latex
    latex = latex.replace(r"\text{}", "")
    while latex != (found := _ADJACENT.sub(r"\1\g<gap>", latex)):
        latex = found
    return latex


def commands(latex: str) -> tuple[str, ...]:
    """The scripts of the letters in LaTeX, in lower case, each once."""
    return tuple(sorted(set(_COMMAND.findall(latex))))


def provided(latex: str) -> list[str]:
    r"""Lines before a picture within another document, which may define its own fonts for these letters."""
    found = commands(latex)
    if not found:
        return []
    names = ", ".join(f"\\{each}letters ({_font(each)})" for each in found)
    return [
        f"% has letters that pdfLaTeX lacks: use XeLaTeX or LuaLaTeX, with \\newfontfamily for {names}",
        *(rf"\providecommand{{\{each}letters}}{{}}" for each in found),
    ]


def packages(preamble: str, latex: str) -> str:
    """A preamble with the fonts that letters in LaTeX need."""
    found = [each.capitalize() for each in commands(latex)]
    if not found:
        return preamble
    said = "% Letters that pdfLaTeX lacks: typeset this with XeLaTeX or LuaLaTeX, which take these fonts of the system."
    shape = SHAPE if SHAPED.intersection(found) else ()
    turn = TURN if LEFTWARDS.intersection(found) else ()
    return "\n".join([preamble, said, *ROMAN, *shape, *turn, *(line for each in found for line in _family(each))])


def _family(called: str) -> list[str]:
    """The command for the letters of a script."""
    command = rf"\{called.lower()}letters"
    shaping = f"[Script={called}]" if called in SHAPED else ""
    family = rf"\newfontfamily{command}{shaping}{{{_font(called)}}}"
    if called not in LEFTWARDS:
        return [family]
    face = rf"\{called.lower()}face"
    return [family, rf"\let{face}{command}", rf"\renewcommand{command}{{{face}\leftwards}}"]


def _font(name: str) -> str:
    """The name of a font with the letters of a script."""
    called = name.capitalize()
    return FONTS.get(called, f"Noto Serif {called}")
