"""The pictures of these pages, drawn again: ``python -m docs.pictures``."""

from importlib.util import find_spec
from pathlib import Path

from graphviz_nn.cli.contact_sheet import contact_sheet
from graphviz_nn.cli.figures import figures
from graphviz_nn.importers.python_file import run

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"
OF_TORCH = {"pytorch": "gpt2"}
HAS_TORCH = find_spec("torch") is not None


def pictures():
    """What draws each picture, by its name."""
    found = {figure.path.stem: figure.picture for figure in figures()}
    found |= {path.stem: run(path).picture for path in sorted(EXAMPLES.glob("*.py")) if path.stem != "styles"}
    # These need PyTorch.
    found |= {name: run(EXAMPLES / "gallery" / f"{model}.py").picture for name, model in OF_TORCH.items() if HAS_TORCH}
    return found | {"styles": contact_sheet}


if __name__ == "__main__":
    known = pictures()
    for path in sorted(HERE.glob("*.svg")):
        if path.stem in known:
            print(known[path.stem]().save(path))
