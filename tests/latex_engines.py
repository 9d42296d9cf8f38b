"""The working LaTeX engines of this machine."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

EMPTY = r"\documentclass{article}\begin{document}\end{document}"


@cache
def works(engine: str) -> bool:
    """Whether an engine can compile a document; one that has no formats or no fonts can't."""
    if shutil.which(engine) is None:
        return False
    with TemporaryDirectory() as folder:
        (Path(folder) / "empty.tex").write_text(EMPTY)
        command = [engine, "-interaction=nonstopmode", "-halt-on-error", "empty.tex"]
        return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0


def needs(engine: str = "pdflatex") -> pytest.MarkDecorator:
    """The mark of a test that compiles documents."""
    return pytest.mark.skipif(not works(engine), reason=f"needs a working {engine}")
