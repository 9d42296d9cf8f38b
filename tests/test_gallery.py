"""The gallery's scripts draw what they say, each on one page."""

from pathlib import Path

import pytest
from frameworks import beside

from graphviz_nn.importers.python_file import run
from graphviz_nn.scene.page import smallest

pytestmark = list(beside("torch"))
SCRIPTS = sorted((Path(__file__).resolve().parent.parent / "examples" / "gallery").glob("*.py"))
# What is left of A4 within narrow margins, in pt.
WIDE, HIGH, LEAST = 19 / 2.54 * 72, 27 / 2.54 * 72, 7.0


CONVOLUTIONAL = ("lenet", "alexnet", "vgg16", "unet", "resnet18")


def fits(picture):
    assert (picture.scene.width <= WIDE, picture.scene.height <= HIGH) == (True, True)
    assert smallest(picture.scene) >= LEAST
    assert not any("can't be computed" in remark for remark in picture.remarks)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_model_is_drawn_on_one_page(script):
    fits(run(script).picture())


@pytest.mark.parametrize("name", CONVOLUTIONAL)
def test_the_volumes_of_a_model_fit_one_page(name):
    picture = run(SCRIPTS[0].with_name(f"{name}.py")).picture("volumes")
    wide = picture.scene.width > WIDE
    fits(picture.again(width=WIDE) if wide else picture)
