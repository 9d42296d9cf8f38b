"""The model of a file is defined in the file, not imported into it."""

import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.importers import open_model

HELPERS = """\
import numpy as np
import graphviz_nn as gnn


def square(x):
    return x**2


def total(x=gnn.input(2)):
    return np.sum(x)
"""
IMPORTS = {
    "nothing": "",
    "modules": "import numpy as np\nimport helpers\n",
    "a function": "from helpers import square\n",
    "a function with specs": "from helpers import total\n",
    "all functions": "from helpers import *\n",
    "functions of a library": "from json import dumps, loads\nfrom textwrap import dedent\n",
    "a function by another name": "from helpers import total as norm\n",
    "layers": "from graphviz_nn.nn import linear, softmax\n",
    "classes": "from dataclasses import dataclass, field\nfrom pathlib import Path\n",
}
MODELS = {
    "specs": ("import graphviz_nn as gnn\ndef model(x=gnn.input(3)):\n    return 2 * x\n", {}),
    "shapes": ("def model(x):\n    return 2 * x\n", {"x": gnn.input(3)}),
    "graph": ("import graphviz_nn as gnn\nmodel = gnn.trace(lambda x: 2 * x, x=gnn.input(3))\n", {}),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("imports", IMPORTS)
def test_what_is_imported_is_no_model_of_the_file(tmp_path, imports, model):
    (tmp_path / "helpers.py").write_text(HELPERS, encoding="utf-8")
    code, specs = MODELS[model]
    (tmp_path / "mine.py").write_text(IMPORTS[imports] + code, encoding="utf-8")
    for place in ("mine.py", "mine.py:model"):
        graph = open_model(str(tmp_path / place), specs)
        assert graph.variable("x").shape == (3,) and len(graph.operations) == 1


@pytest.mark.parametrize("imports", [name for name in IMPORTS if name != "nothing"])
def test_what_is_imported_is_no_model_where_there_is_no_other(tmp_path, imports):
    (tmp_path / "helpers.py").write_text(HELPERS, encoding="utf-8")
    (tmp_path / "mine.py").write_text(IMPORTS[imports], encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine\.py has neither a graph nor a function"):
        open_model(str(tmp_path / "mine.py"))


def test_what_is_imported_can_be_named(tmp_path):
    (tmp_path / "helpers.py").write_text(HELPERS, encoding="utf-8")
    (tmp_path / "mine.py").write_text(IMPORTS["a function by another name"], encoding="utf-8")
    assert list(open_model(f"{tmp_path / 'mine.py'}:norm").operations) == ["sum"]
