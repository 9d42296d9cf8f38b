"""Labels as LaTeX with the same meaning as in mathtext, and no other commands."""

import re
import unicodedata
from collections import deque
from functools import lru_cache

from graphviz_nn.errors import LabelError
from graphviz_nn.render.fonts import joined, lettered
from graphviz_nn.style.dialect import common
from graphviz_nn.style.labels import GREEK

_TOKEN = re.compile(r"\\text\s*\{(?:[^{}\\]|\\.)*\}|\\hspace\s*\{[-+.\d]+\}|\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


class _Tokens(deque[str]):
    """The remaining tokens, and the allowed commands of a preamble."""

    commands: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def latex(tex: str, commands: tuple[str, ...] = ()) -> str:
    r"""LaTeX for a label, to put between dollars. It needs the packages amsmath and amssymb, and for letters of other
    scripts the fonts of `fonts`.

    Only mathematical commands, and those that your preamble defines, are allowed: a label in a stranger's model can't
    run any other.

    Raises
    ------
    LabelError
        If the label has a command or a character that LaTeX lacks; the error names it.

    Examples
    --------
    >>> latex(r"\hat{y}_\max"), latex("θ^2'"), latex(r"\mathrm{cross‐entropy}")
    ('\\hat{y}_{\\max}', "\\theta ^{2}{}'", '\\mathrm{cross\\text{-}entropy}')
    """
    try:
        # A letter and its marks are one character if that is a letter too.
        whole = unicodedata.normalize("NFC", tex)
        tokens = _Tokens(_TOKEN.findall(common(whole, _OWN | frozenset(commands))))
        tokens.commands = commands
        return joined(_until("", tokens))
    except _Unknown as unknown:
        raise LabelError(
            f"the label {tex!r} can't be written as LaTeX: {unknown}; "
            "change it, define it in a preamble (labels='my.tex'), or save a .pdf"
        ) from None


# Commands that amsmath sets, but mathtext doesn't.
_OWN = frozenset(rf"\{name}" for name in ["stackrel", "tfrac", "xleftarrow", "xrightarrow", "overbrace", "underbrace"])


class _Unknown(Exception):
    """LaTeX can't express a token."""


def _until(end: str, tokens: _Tokens) -> str:
    parts = []
    while tokens and tokens[0] != end:
        parts.append(_atom(tokens))
    if end:
        _next(tokens)
    return "".join(parts)


def _next(tokens: _Tokens) -> str:
    if not tokens:
        raise _Unknown("something is missing at its end")
    return tokens.popleft()


def _atom(tokens: _Tokens) -> str:
    """The first unit: a group, a script, a command with its arguments, or a symbol."""
    token = _next(tokens)
    if token == "{":
        return "{" + _until("}", tokens) + "}"
    if token in ("^", "_"):
        script = token + _argument(tokens)
        # A prime is a superscript in LaTeX, and a symbol can have only one.
        return script + "{}" if token == "^" and tokens and tokens[0] == "'" else script
    if token == r"\left":
        left = _symbol(_next(tokens))
        inside = _until(r"\right", tokens)
        return rf"\left{left}{inside}\right{_symbol(_next(tokens))}"
    if token in tokens.commands:
        return token
    token = _RENAMED.get(token, token)
    if token not in _ARGUMENTS:
        return _symbol(token)
    root = ""
    if token == r"\sqrt" and tokens and tokens[0] == "[":
        tokens.popleft()
        root = "[" + _until("]", tokens) + "]"
    return token + root + "".join(_argument(tokens) for _ in range(_ARGUMENTS[token]))


def _argument(tokens: _Tokens) -> str:
    """The next group, or a single token in braces, which LaTeX needs where mathtext doesn't."""
    while tokens and tokens[0].isspace():
        tokens.popleft()
    atom = _atom(tokens)
    return atom if atom.startswith("{") else f"{{{atom}}}"


def _symbol(token: str) -> str:
    if token.startswith(r"\text") and token.endswith("}"):
        words = re.sub(r"\\(.)", r"\1", token[token.index("{") + 1 : -1], flags=re.DOTALL)
        return r"\text{" + "".join(map(_in_text, words)) + "}"
    if token.startswith(r"\hspace") and token.endswith("}"):
        return token[:-1] + "em}"
    if token in _PLAIN or token in _SYMBOLS:
        return token
    return " " if token.isspace() else _character(token)


def _in_text(character: str) -> str:
    if character.isspace():
        return " "
    if character.isascii() and character.isprintable():
        return _TEXT.get(character, character)
    found = _character(character)
    return rf"}}{found}\text{{" if lettered(character) == found[6:-1] else f"${found}$"


def _character(character: str) -> str:
    """A character outside ASCII as mathematics, with its accents."""
    base, *accents = list(unicodedata.normalize("NFD", character))
    if accents and all(accent in _ACCENTS for accent in accents) and base.isalpha():
        found = base if base.isascii() else _character(base)
        for accent in accents:
            found = f"{_ACCENTS[accent]}{{{found}}}"
        return found
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(base, ""))
    if greek and not accents:
        word = greek[2].lower().replace("lamda", "lambda")
        word = word if greek[1] == "SMALL" else word.capitalize()
        if word in GREEK:
            return rf"\{word} "
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    if letter := lettered(character):
        return rf"\text{{{letter}}}"
    raise _Unknown(f"it has no {character!r}")


_ACCENTS = {
    "\N{COMBINING GRAVE ACCENT}": r"\grave",
    "\N{COMBINING ACUTE ACCENT}": r"\acute",
    "\N{COMBINING CIRCUMFLEX ACCENT}": r"\hat",
    "\N{COMBINING TILDE}": r"\tilde",
    "\N{COMBINING MACRON}": r"\bar",
    "\N{COMBINING BREVE}": r"\breve",
    "\N{COMBINING DOT ABOVE}": r"\dot",
    "\N{COMBINING DIAERESIS}": r"\ddot",
    "\N{COMBINING RING ABOVE}": r"\mathring",
    "\N{COMBINING CARON}": r"\check",
}

_CHARACTERS = {
    "&": r"\&",
    "\N{HYPHEN}": r"\text{-}",
    "\N{EN DASH}": r"\text{--}",
    "\N{EM DASH}": r"\text{---}",
    "\N{LEFT SINGLE QUOTATION MARK}": r"\text{`}",
    "\N{RIGHT SINGLE QUOTATION MARK}": r"\text{'}",
    "\N{LEFT DOUBLE QUOTATION MARK}": r"\text{``}",
    "\N{RIGHT DOUBLE QUOTATION MARK}": r"\text{''}",
    "\N{LATIN SMALL LETTER SHARP S}": r"\text{\ss}",
    "\N{MINUS SIGN}": "-",
    "\N{MULTIPLICATION SIGN}": r"\times ",
    "\N{DIVISION SIGN}": r"\div ",
    "\N{MIDDLE DOT}": r"\cdot ",
    "\N{DEGREE SIGN}": r"{}^{\circ}",
    "\N{CHECK MARK}": r"\checkmark ",
    "⊠": r"\boxtimes ",
    "\N{CLOCKWISE OPEN CIRCLE ARROW}": r"\circlearrowright ",
    "\N{CIRCLED DOT OPERATOR}": r"\odot ",
    "\N{CIRCLED TIMES}": r"\otimes ",
    "\N{CIRCLED PLUS}": r"\oplus ",
    "\N{PARTIAL DIFFERENTIAL}": r"\partial ",
    "\N{NABLA}": r"\nabla ",
    "\N{INFINITY}": r"\infty ",
    "\N{LESS-THAN OR EQUAL TO}": r"\leq ",
    "\N{GREATER-THAN OR EQUAL TO}": r"\geq ",
    "\N{NOT EQUAL TO}": r"\neq ",
    "\N{RIGHTWARDS ARROW}": r"\rightarrow ",
    "\N{LEFTWARDS ARROW}": r"\leftarrow ",
    "\N{HORIZONTAL ELLIPSIS}": r"\ldots ",
    "\N{VERTICAL ELLIPSIS}": r"\vdots ",
}

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-*/<>=:,.;!?'@()[]|~")

_TEXT = {
    **{character: rf"\{character}" for character in "%&#_${}"},
    **{character: f"${character}$" for character in "<>|"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': "''",
}

_RENAMED = {
    r"\mathscr": r"\mathcal",
    r"\mathregular": r"\mathrm",
    r"\mathdefault": r"\mathnormal",
    r"\mathbfit": r"\boldsymbol",
    "\\'": r"\acute",
    r"\`": r"\grave",
    r"\^": r"\hat",
    r"\~": r"\tilde",
    r"\.": r"\dot",
    r"\"": r"\ddot",
}

_ONE = """
xleftarrow xrightarrow overbrace underbrace
acute bar breve check ddddot dddot ddot dot grave hat mathring overleftarrow overrightarrow tilde vec widehat widetilde
boldsymbol mathbb mathbf mathcal mathfrak mathit mathnormal mathrm mathsf mathtt operatorname overline phantom sqrt
substack underline
"""
_TWO = "binom dfrac frac overset stackrel tfrac underset"
# The number of a command's arguments.
_ARGUMENTS = {rf"\{name}": count for count, names in ((1, _ONE), (2, _TWO)) for name in names.split()}

# The symbols that both mathtext and LaTeX with amssymb know.
_NAMED = """
Bumpeq Cap Cup Delta Doteq Downarrow Finv Game Gamma Im Join Lambda Leftarrow Leftrightarrow Lleftarrow
Longleftarrow Longleftrightarrow Longrightarrow Lsh Omega Phi Pi Pr Psi Re Rightarrow Rrightarrow Rsh Sigma Subset
Supset Theta Uparrow Updownarrow Upsilon Vdash Vert Vvdash Xi aleph alpha amalg angle approx approxeq arccos arcsin
arctan arg ast asymp backepsilon backprime backsim backsimeq backslash barwedge because beta beth between bigcap
bigcirc bigcup bigodot bigoplus bigotimes bigsqcup bigstar bigtriangledown bigtriangleup biguplus bigvee bigwedge
blacksquare blacktriangle blacktriangledown blacktriangleleft blacktriangleright bot bowtie boxdot boxminus boxplus
boxtimes bullet bumpeq cap cdot cdotp cdots checkmark chi circ circeq circlearrowleft circlearrowright circledS
circledast circledcirc circleddash clubsuit colon complement cong coprod cos cosh cot coth csc cup curlyeqprec
curlyeqsucc curlyvee curlywedge curvearrowleft curvearrowright dagger daleth dashleftarrow dashrightarrow dashv
ddagger ddots deg delta det diamond diamondsuit digamma dim div divideontimes doteq doteqdot dotplus dots
doublebarwedge downarrow downdownarrows downharpoonleft downharpoonright ell emptyset enspace epsilon eqcirc eqsim
eqslantgtr eqslantless equiv eta exists exp fallingdotseq flat forall frown gamma gcd geq geqq geqslant gg ggg gimel
gnapprox gneqq gnsim gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim hbar heartsuit hom hookleftarrow
hookrightarrow hslash iiiint iiint iint imath in inf infty int intercal iota jmath kappa ker lambda langle lbrace
lbrack lceil ldots leadsto leftarrow leftarrowtail leftharpoondown leftharpoonup leftleftarrows leftrightarrow
leftrightarrows leftrightharpoons leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr
lesseqqgtr lessgtr lesssim lfloor lg lgroup lhd lim liminf limsup ll llcorner lll ln lnapprox lneqq lnsim log
longleftarrow longleftrightarrow longmapsto longrightarrow looparrowleft looparrowright lrcorner ltimes mapsto max
measuredangle mid min models mp mu multimap nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash nabla natural ncong
ne nearrow neg neq nexists ngeq ngtr ni nleftarrow nleftrightarrow nleq nless nmid not notin nparallel nprec
nrightarrow nsim nsubseteq nsucc nsupseteq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nu nvDash
nvdash nwarrow odot oint omega ominus oplus oslash otimes parallel partial perp phi pi pitchfork pm prec precapprox
preccurlyeq preceq precnapprox precnsim precsim prime prod propto psi qquad quad rangle rbrace rbrack rceil rfloor
rgroup rhd rho rightarrow rightarrowtail rightharpoondown rightharpoonup rightleftarrows rightleftharpoons
rightrightarrows rightsquigarrow rightthreetimes risingdotseq rtimes searrow sec setminus sharp sigma sim simeq sin
sinh slash smallsetminus smile spadesuit sphericalangle sqcap sqcup sqsubset sqsubseteq sqsupset sqsupseteq star
subset subseteq subseteqq subsetneq subsetneqq succ succapprox succcurlyeq succeq succnapprox succnsim succsim sum
sup supset supseteq supseteqq supsetneq supsetneqq swarrow tan tanh tau therefore theta thickspace thinspace times
to top triangle triangledown triangleleft trianglelefteq triangleq triangleright trianglerighteq twoheadleftarrow
twoheadrightarrow ulcorner unlhd unrhd uparrow updownarrow upharpoonleft upharpoonright uplus upsilon upuparrows
urcorner vDash varepsilon varkappa varnothing varphi varpi varpropto varrho varsigma vartheta vartriangle
vartriangleleft vartriangleright vdash vdots vee veebar vert wedge wp wr xi zeta
"""
_SYMBOLS = frozenset([*(rf"\{mark}" for mark in " ,:;!>/{}|_$%#\\"), *(rf"\{name}" for name in _NAMED.split())])
