"""Print a report on a terminal or to a pipe."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphviz_nn.evaluation import GradientReport
    from graphviz_nn.linting import Report


def shown(report: "GradientReport | Report") -> None:
    """Print a report, in colour on a terminal."""
    if not sys.stdout.isatty():
        print(report)
        return
    from rich.console import Console
    from rich.text import Text

    text = Text(str(report))
    for mark, colour in (("✓", "green"), ("~", "yellow"), ("!", "yellow"), ("✗", "bold red")):
        text.highlight_regex(rf"(?m)^{mark}.*$", colour)
    Console().print(text, soft_wrap=True)
