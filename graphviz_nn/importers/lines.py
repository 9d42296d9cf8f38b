"""Lines of the user's own code in a stack trace that a framework writes down as text."""

import re
from pathlib import Path

from graphviz_nn.graph.ir import Source

LIBRARIES = {"site-packages", "dist-packages"}
LONGEST = 20_000
"""The most text that is read, from the end: the innermost lines come last."""


def own_lines(stack_trace: str) -> list[tuple[Source, str]]:
    r"""The lines of code outside libraries with their text, outermost first.

    >>> trace = 'File "net.py", line 3, in forward\n  return self.fc(x)\nFile "site-packages/nn.py", line 9, in f\n'
    >>> own_lines(trace)
    [(Source(file='net.py', line=3), 'return self.fc(x)')]
    """
    found = re.findall(r'File "([^"\n]{1,1000})", line (\d{1,9})[^\n]*\n?([^\n]*)', stack_trace[-LONGEST:])
    own = ((Path(file), line, text) for file, line, text in found)
    return [(Source(file.name, int(line)), text.strip()) for file, line, text in own if not LIBRARIES & set(file.parts)]
