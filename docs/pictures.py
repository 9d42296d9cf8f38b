"""The pictures of these pages, drawn again: ``python -m docs.pictures``."""

from functools import partial
from importlib.util import find_spec
from pathlib import Path

from graphviz_nn.cli.contact_sheet import contact_sheet
from graphviz_nn.cli.figures import figures
from graphviz_nn.importers.python_file import run

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"
# A script of the gallery, and the view that it is drawn in if not its own.
OF_TORCH = {
    "pytorch": ("gpt2",),
    "volumes": ("alexnet", "volumes"),
    "volumes_in_sheets": ("lenet", "volumes"),
    "volumes_in_a_u": ("unet", "volumes"),
}
HAS_TORCH = find_spec("torch") is not None


def pictures():
    """What draws each picture, by its name."""
    found = {figure.path.stem: figure.picture for figure in figures()}
    found |= {path.stem: run(path).picture for path in sorted(EXAMPLES.glob("*.py")) if path.stem != "styles"}
    # These need PyTorch.
    for name, (model, *view) in OF_TORCH.items() if HAS_TORCH else ():
        found[name] = partial(run(EXAMPLES / "gallery" / f"{model}.py").picture, *view)
    return found | {"styles": contact_sheet}


if __name__ == "__main__":
    known = pictures()
    for path in sorted(HERE.glob("*.svg")):
        if path.stem in known:
            print(known[path.stem]().save(path))
