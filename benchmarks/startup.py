"""How long a fresh process takes to import the package and to draw, beside what it can't do without.

Run ``python benchmarks/startup.py``.
"""

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from interleave import medians, ratio, table

MODEL = """\
import graphviz_nn as gnn


def loss(x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2)):
    return (theta @ x - y) ** 2
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "my_model.py").write_text(MODEL, encoding="utf-8")
        run = partial(subprocess.run, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        commands = {
            "numpy, networkx": ["-c", "import numpy, networkx"],
            "import graphviz_nn": ["-c", "import graphviz_nn"],
            "numpy, networkx, mathtext": ["-c", "import numpy, networkx, matplotlib.mathtext"],
            "graphviz-nn draw": ["-m", "graphviz_nn", "draw", "my_model.py:loss", "-o", "figure.svg"],
        }
        found = medians({name: partial(run, [sys.executable, *each]) for name, each in commands.items()}, 21)
    table(found)
    ratio(found, "import graphviz_nn", "numpy, networkx", 1.15)
    ratio(found, "graphviz-nn draw", "numpy, networkx, mathtext", 2.5)


if __name__ == "__main__":
    main()
