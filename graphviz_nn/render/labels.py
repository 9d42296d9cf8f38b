"""Labels measured by your own LaTeX, all labels of a picture in one run."""

import os
import re
import shutil
import subprocess
from os import PathLike, fspath
from pathlib import Path
from tempfile import TemporaryDirectory

from graphviz_nn.errors import FileError, LabelError, UsageError, suggest
from graphviz_nn.layout.measure import Typeset
from graphviz_nn.render.fonts import provided
from graphviz_nn.render.latex import latex
from graphviz_nn.scene.primitives import LaTeX
from graphviz_nn.style.labels import plain

# Times is nearest to the default measures; bm makes it bold, and must come last.
PACKAGES = r"\usepackage{mathptmx, amsmath, amssymb, bm}"
KINDS = ("mathtext", "latex")
# A faulty document may wait forever; a long one takes a second.
SECONDS = 120
# The size of most labels: optical sizes then match those of a document.
SIZE = 10.0
_DEFINED = re.compile(
    r"\\(?:(?:re)?new|provide)command\*?\s*\{?\s*(\\[A-Za-z]+)"
    r"|\\DeclareMathOperator\*?\s*\{?\s*(\\[A-Za-z]+)"
    r"|\\(?:NewDocumentCommand|DeclareRobustCommand|DeclareMathSymbol)\*?\s*\{?\s*(\\[A-Za-z]+)"
    r"|\\def\s*(\\[A-Za-z]+)"
)
_SIZES: dict[tuple[LaTeX, str], Typeset] = {}


class Labels:
    """Collects labels, and knows their sizes once LaTeX has set them.

    Parameters
    ----------
    source : LaTeX
        The packages and macros of the document that will contain the labels.
    """

    def __init__(self, source: LaTeX) -> None:
        self.source = source
        self.wanted: dict[str, None] = {}

    def measure(self, tex: str) -> Typeset:
        """The box of a label, or an estimate until it is known."""
        if not tex.strip():
            return Typeset(0.0, 0.0, 0.0, 0.0, "")
        if (self.source, tex) not in _SIZES:
            self.wanted[tex] = None
            return Typeset(0.0, 0.5 * len(plain(tex)), 0.7, -0.2, "")
        return _SIZES[self.source, tex]

    def settle(self) -> bool:
        """Measure the new labels; return whether there were any.

        Raises
        ------
        LabelError
            For a label that LaTeX can't set.
        UsageError
            If LaTeX is missing, or can't read the preamble.
        """
        wanted, self.wanted = list(self.wanted), {}
        if wanted:
            boxes = _boxes([latex(tex, self.source.commands) for tex in wanted], wanted, self.source)
            _SIZES.update({(self.source, tex): box for tex, box in zip(wanted, boxes, strict=True)})
        return bool(wanted)


def labels(kind: str | PathLike[str]) -> Labels | None:
    """The labels of a picture if LaTeX measures them: "latex", or the path of your own preamble.

    Raises
    ------
    UsageError
        For an unknown kind, and for a preamble that is a complete document.
    FileError
        If the preamble can't be read.

    Examples
    --------
    >>> labels("mathtext") is None, labels("latex").source.commands
    (True, ())
    """
    name = fspath(kind)
    if name in KINDS:
        return Labels(LaTeX(PACKAGES)) if name == "latex" else None
    if not name.endswith(".tex"):
        raise UsageError(f"labels can't be {name!r}: {suggest(name, KINDS)}, or the path of a preamble, such as my.tex")
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"can't read the preamble {path}: {getattr(error, 'strerror', None) or error}") from error
    whole = re.search(r"(?m)^[^%\n]*\\(documentclass|begin\s*\{document\})", text)
    if whole:
        raise UsageError(f"{path} is a document, but labels= needs its preamble alone, without \\{whole[1]}")
    found = {name for match in _DEFINED.finditer(text) for name in match.groups() if name}
    return Labels(LaTeX(f"\\usepackage{{amsmath}}\n{text}", tuple(sorted(found)), str(path)))


def _boxes(set_in_math: list[str], labels: list[str], source: LaTeX) -> list[Typeset]:
    """The boxes of labels at size 1, from one run of LaTeX that can't call other programs."""
    program = shutil.which("pdflatex")
    if program is None:
        raise UsageError(
            "labels= needs pdflatex, which isn't installed: install TeX Live or MiKTeX "
            "(on Debian texlive-latex-recommended), or leave out labels="
        )
    lines = [
        rf"\typeout{{label {number}}}\setbox0\hbox{{${tex}$}}"
        rf"\typeout{{box {number}: \number\wd0, \number\ht0, \number\dp0.}}"
        for number, tex in enumerate(set_in_math)
    ]
    begin = (r"\documentclass{article}", source.preamble, *provided(" ".join(set_in_math)), r"\begin{document}")
    document = "\n".join([*begin, rf"\fontsize{{{SIZE}bp}}{{12bp}}\selectfont", *lines, r"\end{document}", ""])
    beside = str(Path(source.path).resolve().parent) if source.path else ""
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-draftmode", "labels.tex"]
    with TemporaryDirectory() as folder:
        (Path(folder) / "labels.tex").write_text(document, encoding="utf-8")
        # The preamble's inputs are beside it.
        places = {"TEXINPUTS": os.pathsep.join([beside, os.environ.get("TEXINPUTS", "")])} if beside else {}
        try:
            done = subprocess.run(
                command, cwd=folder, env={**os.environ, **places}, capture_output=True, timeout=SECONDS
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            raise UsageError(f"LaTeX didn't set the labels: {error}") from error
    said = done.stdout.decode(errors="replace")
    found = re.findall(r"box \d+: (-?\d+), (-?\d+), (-?\d+)\.", said)
    if len(found) < len(labels):
        reason = re.search(r"(?m)^! (.*)", said)
        why = reason[1].rstrip(".") if reason else f"exit code {done.returncode}"
        begun = len(re.findall(r"(?m)^label \d+", said))
        if not begun:
            raise UsageError(f"LaTeX can't read {source.path or 'its packages'}: {why}")
        raise LabelError(f"the label {labels[begun - 1]!r} can't be set by LaTeX: {why}")
    unit = 72 / 72.27 / 65536 / SIZE
    boxes = [tuple(int(each) * unit for each in box) for box in found]
    return [Typeset(0.0, width, height, -depth, "") for width, height, depth in boxes]
