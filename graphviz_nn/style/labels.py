"""Labels of names and shapes: TeX from the author's own words."""

import re
import unicodedata
from functools import lru_cache

from graphviz_nn.graph.ir import Shape, Variable
from graphviz_nn.graph.text import words
from graphviz_nn.style.dialect import common

ACCENTS = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde", "vec": r"\vec", "dot": r"\dot"}
MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
# Functions that precede their argument in a name: log_sigma is log σ.
OF_OTHERS = ("log", "ln", "exp")
VECTORS = {"plain": "", "arrow": r"\vec", "bold": r"\boldsymbol"}
GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)


def label(name: str, variable: Variable, vectors: str = "plain") -> str:
    r"""TeX for a variable: its own label, or its name as one would write it.

    >>> label("y_hat", Variable(()))
    '\\hat{y}'
    >>> label("x", Variable((2,)), vectors="arrow")
    '\\vec{x}'
    >>> label("z1", Variable((3,))), label("x1", Variable(())), label("score", Variable(()))
    ('z^{(1)}', 'x_{1}', '\\mathrm{score}')
    >>> label("Wz", Variable((3, 2))), label("b_out", Variable((3,))), label("hidden_state", Variable((3,)))
    ('W_{z}', 'b_{\\mathrm{out}}', '\\mathrm{hidden\\ state}')
    >>> label("Wd1", Variable((3, 2))), label("bn1", Variable((3,)))
    ('W^{(1)}_{d}', '\\mathrm{bn1}')
    >>> label("WQ", Variable((3, 2))), label("bK", Variable((3,)))
    ('W_{Q}', 'b_{K}')
    >>> label("bz", Variable((3,))), label("bb", Variable((3,)))
    ('b_{z}', '\\mathrm{bb}')
    >>> label("eps", Variable((3,))), label("lam", Variable(()))
    ('\\epsilon', '\\lambda')
    >>> label("y_hat2", Variable((3,))), label("y_hat2", Variable(()))
    ('\\hat{y}^{(2)}', '\\hat{y}_{2}')
    >>> label("log_sigma", Variable((3,))), label("ŷ", Variable(())), label("θ", Variable(()))
    ('\\log\\sigma', '\\hat{y}', '\\theta')
    """
    if variable.label is not None:
        return variable.label
    return _from_name(name, bool(variable.shape), VECTORS[vectors] if len(variable.shape) == 1 else "")


@lru_cache(maxsize=4096)
def _from_name(name: str, is_array: bool, mark: str = "") -> str:
    if name.startswith("grad_"):
        return rf"\partial_{{{_from_name(re.sub(r'_[0-9]+$', '', name[5:]), is_array, mark)}}}"
    head, *rest = [part for part in "_".join(map(_spelled, name.split("_"))).split("_") if part] or [name]
    if head in OF_OTHERS and rest and (rest[0] in GREEK or len(rest[0].rstrip("0123456789")) == 1):
        inner = _from_name("_".join(rest), is_array, mark)
        return rf"\{head}{inner}" if inner.startswith("\\") else rf"\{head} {inner}"
    if re.fullmatch(r"(?!bb)[A-Zb][a-z]|[Wb][A-Z]", head) and head not in GREEK:
        # The parameters of recurrent networks' gates, and of attention: Wz, Uh, bz, WQ.
        head, rest = head[0], [head[1], *rest]
    elif re.fullmatch(r"(?:[A-Z][a-z]|[Wb][A-Z])[0-9]+", head) and head.rstrip("0123456789") not in GREEK:
        # Parameters of layers with several parts: Wd1, Wq2.
        head, rest = head[0] + head[2:], [head[1], *rest]
    if len(head) > 1 and head not in GREEK and rest and all(len(part) > 1 and part not in ACCENTS for part in rest):
        return words(" ".join([head, *rest]))
    accents = []
    while rest and rest[0].rstrip("0123456789") in ACCENTS:
        accent = rest.pop(0)
        # Of a name that is bound again, the number follows the accent: y_hat2.
        head += accent[len(accent.rstrip("0123456789")) :]
        accents.append(ACCENTS[accent.rstrip("0123456789")])
    letters, digits = re.fullmatch(r"(.*?)(\d*)", head, re.DOTALL).groups()  # type: ignore[union-attr]
    symbol = _symbol(letters) if letters else digits
    if len(letters) != 1 and letters not in GREEK:
        # A number at the end of a word belongs to it: conv2, layer1.
        symbol, digits = _symbol(head), ""
    elif mark:
        symbol = f"{mark}{{{symbol}}}"
    for accent in accents:
        symbol = f"{accent}{{{symbol}}}"
    subscripts = [_subscript(part) for part in rest]
    power = ""
    if digits and letters:
        if is_array:
            power = f"^{{({digits})}}"
        else:
            subscripts.insert(0, digits)
    return symbol + power + (f"_{{{','.join(subscripts)}}}" if subscripts else "")


# Symbols of Greek letters with long names, or names reserved in Python.
SHORT = {"eps": "epsilon", **dict.fromkeys(["lam", "lamb", "lambd", "lmbda"], "lambda")}


def _spelled(part: str) -> str:
    """A Greek letter, or an accented one, spelled in ASCII: theta, y_hat."""
    short = re.fullmatch(r"([a-z]+)(\d*)", part)
    if short and short[1] in SHORT:
        return SHORT[short[1]] + short[2]
    found = re.fullmatch(r"(.)([\u0300-\u036f]*)(\d*)", unicodedata.normalize("NFD", part))
    if found is None:
        return part
    letter, marks, digits = found.groups()
    case, _, greek = unicodedata.name(letter, "").removeprefix("GREEK ").partition(" LETTER ")
    greek = greek.replace("LAMDA", "LAMBDA")
    word = greek.lower() if case == "SMALL" else greek.capitalize()
    accents = [name for name, mark in MARKS.items() if mark in marks]
    spelled = word if word in GREEK else letter
    is_known = spelled.isascii() and len(accents) == len(marks)
    return "_".join([spelled + digits, *accents]) if is_known else part


def _symbol(word: str) -> str:
    if len(word) == 1 and word.isascii():
        return word if word.isalnum() else words(word)
    return rf"\{word}" if word in GREEK else words(word)


def _subscript(part: str) -> str:
    letters, digits = re.fullmatch(r"(.*?)(\d*)", part, re.DOTALL).groups()  # type: ignore[union-attr]
    return (_symbol(letters) if letters else "") + digits


_SPELLINGS = {
    **{word: word.upper() for word in ("elu", "selu", "gelu", "rnn", "gru", "lstm", "rms", "kl", "1d", "2d")},
    "relu": "ReLU",
    "relu6": "ReLU6",
    "silu": "SiLU",
}
_COMPOUNDS = {"cross entropy": "cross-entropy", "multi head": "multi-head"}


def spoken(name: str) -> str:
    """The name of a function in plain words.

    >>> spoken("binary_cross_entropy"), spoken("leaky_relu"), spoken("lstm_cell")
    ('binary cross-entropy', 'leaky ReLU', 'LSTM cell')
    """
    text = " ".join(_SPELLINGS.get(word, word) for word in name.split("_") if word)
    for parts, whole in _COMPOUNDS.items():
        text = text.replace(parts, whole)
    return text


def size(shape: Shape) -> str:
    r"""TeX for the size of an array; a vector is a column.

    >>> size((3,)), size((3, 2)), size(())
    ('3{\\times}1', '3{\\times}2', '')
    """
    if not shape:
        return ""
    return r"{\times}".join(map(str, shape if len(shape) > 1 else (*shape, 1)))


def entry(symbol: str, index: tuple[int, ...]) -> str:
    r"""TeX for an entry of an array, counted from 1.

    >>> entry("a^{(1)}", (1,)), entry("W", (0, 1)), entry("W", (0, 11)), entry(r"x_{\mathrm{in}}", (2,))
    ('a^{(1)}_{2}', 'W_{12}', 'W_{1,12}', 'x_{\\mathrm{in},3}')
    """
    if not index:
        return symbol
    number = ("" if max(index) < 9 else ",").join(str(place + 1) for place in index)
    subscript = re.fullmatch(r"(.*_\{(?:[^{}]|\{[^{}]*\})*)\}", symbol)
    if subscript:
        return f"{subscript[1]},{number}}}"
    return f"{{{symbol}}}_{{{number}}}" if "_" in symbol else f"{symbol}_{{{number}}}"


def split(tex: str) -> tuple[str, str]:
    r"""Split a symbol from its indices.

    >>> split(r"\theta_{1}"), split(r"{W'}^{(1)}"), split("x")
    (('\\theta', '_{1}'), ("{W'}", '^{(1)}'), ('x', ''))
    """
    depth = 0
    for place, letter in enumerate(tex):
        depth += (letter == "{") - (letter == "}")
        if depth == 0 and letter in "^_" and place and tex[place - 1] != "\\":
            return tex[:place], tex[place:]
    return tex, ""


# Commands for the look of letters.
_WRAPPING = re.compile(
    r"\\(?:math(?:rm|bf|it|tt|sf|cal|bb)|boldsymbol|text|left|right|(?:over|under)set)(?![A-Za-z])|\\[\s,]"
)


def plain(tex: str) -> str:
    r"""Plain text for TeX, as nearly as possible.

    >>> plain(r"\hat{y}"), plain(r"\theta_{1}"), plain(r"\bar{z}^{(2)}"), plain(r"\overline{\mathrm{loss}}")
    ('ŷ', 'θ_1', 'z̄^(2)', 'l̅o̅s̅s̅')
    """
    text = re.sub(r"\\hat\{(.)\}", "\\1\N{COMBINING CIRCUMFLEX ACCENT}", common(tex))
    text = re.sub(r"\\bar\{(\\?[^{}\\]+)\}", "\\1{}\N{COMBINING MACRON}", text)
    text = re.sub(r"\\overline\{\\mathrm\{([^{}]*)\}\}", lambda match: _overlined(match[1]), text)
    text = _WRAPPING.sub(lambda m: " " if m[0] in (r"\ ", r"\,") else "", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda match: _character(match[1]), text)
    return unicodedata.normalize("NFC", re.sub(r"[{}\\]", "", text))


def _overlined(text: str) -> str:
    return "".join(f"{each}\N{COMBINING OVERLINE}" if each.isalnum() else each for each in text)


_CHARACTERS = {
    "times": "×",
    "div": "÷",
    "bullet": "•",
    "cdot": "·",
    "circ": "∘",
    "pm": "±",
    "ldots": "…",
    "infty": "∞",
    "checkmark": "✓",
    "boxtimes": "⊠",
    "sim": "∼",
    "approx": "≈",
    "rightarrow": "→",
    "in": "∈",
    "nabla": "∇",
    "ell": "ℓ",
    "sum": "∑",
    "prod": "∏",
    "sharp": "#",
    "odot": "⊙",
    "otimes": "⊗",
    "partial": "∂",
    "top": "T",
    "sqrt": "√",
    "neq": "≠",
    "leq": "≤",
    "geq": "≥",
    "wedge": "∧",
    "vee": "∨",
    "neg": "¬",
}


def _character(command: str) -> str:
    if command in GREEK:
        case = "SMALL" if command[0].islower() else "CAPITAL"
        word = {"lambda": "LAMDA"}.get(command.lower(), command.upper())
        return unicodedata.lookup(f"GREEK {case} LETTER {word}")
    return _CHARACTERS.get(command, command)
