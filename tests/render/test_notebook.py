"""Pictures in notebooks follow the theme, unless a style was chosen."""

import base64
import re
from xml.etree import ElementTree

import nbformat
import pytest
from nbclient import NotebookClient

import graphviz_nn as gnn
from graphviz_nn.render.notebook import DARK

SETUP = """\
import graphviz_nn as gnn
def loss(x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2)):
    return (theta @ x - y) ** 2
"""


def picture(**options):
    return gnn.draw(gnn.trace(lambda x, W: W @ x, x=gnn.input(2), W=gnn.parameter((3, 2))), **options)


def images(html):
    return [base64.b64decode(each).decode() for each in re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", html)]


def test_light_and_dark_are_the_same_picture_in_two_styles():
    shown = picture()._repr_mimebundle_()
    dark, light = images(shown["text/html"])
    assert (light, dark) == (picture().svg, picture(style="dark").svg)
    assert shown["text/html"].count("<img") == 1
    assert re.search(r"""<img [^>]*alt="[^"]+: A computation graph""", shown["text/html"])
    assert shown == picture()._repr_mimebundle_()


@pytest.mark.parametrize("style", ["paper", "dark", {"inherit": "lecture"}])
def test_a_style_that_was_chosen_stays(style):
    assert list(picture(style=style)._repr_mimebundle_()) == ["image/svg+xml", "text/plain"]


def test_pictures_put_together_have_no_twin():
    assert "text/html" not in gnn.beside(picture(), picture())._repr_mimebundle_()


def test_no_two_pictures_of_a_page_share_an_id():
    ids = []
    for each in (picture(), picture(direction="TB")):
        root = ElementTree.fromstring(each._repr_mimebundle_()["image/svg+xml"])
        found = [element.get("id") for element in root.iter() if element.get("id")]
        assert set(root.get("aria-labelledby").split()) <= set(found)
        ids += found
    assert len(ids) == len(set(ids)) > 10


def test_what_style_sheets_need_is_balanced():
    html = picture()._repr_mimebundle_()["text/html"]
    assert html.count("{") == html.count("}")
    assert all(each in html for each in DARK)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_in_a_real_notebook(tmp_path):
    cells = [
        SETUP + "gnn.draw(loss)",
        "%load_ext graphviz_nn",
        "%graphviz_nn loss --view layers --style paper",
        "%%graphviz_nn --feed x=1,2 --feed y=3 --feed theta=.5,-.5\ndef again(x=gnn.input(2), y=gnn.target(()), "
        "theta=gnn.parameter(2)):\n    return (theta @ x - y) ** 2",
        "%graphviz_nn --view",
        "%%graphviz_nn\ndef wrong(x=gnn.input(2), W=gnn.parameter((2, 3))):\n    return W @ x",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    NotebookClient(notebook, timeout=3600, allow_errors=True, resources={"metadata": {"path": tmp_path}}).execute()
    drawn, _, paper, fed, option, shape = (cell.outputs for cell in notebook.cells)
    assert set(drawn[0].data) == {"text/html", "image/svg+xml", "text/plain"}
    assert set(paper[0].data) == {"image/svg+xml", "text/plain"}
    assert "again" in fed[0].data["image/svg+xml"]
    assert "".join(each.get("text", "") for each in option) == (
        "UsageError: argument --view: expected one argument; see %graphviz_nn --help\n"
    )
    (line,) = "".join(each.get("text", "") for each in shape).splitlines()
    assert line.startswith("UsageError: cell:3: ") and "(2, 3)" in line and "ipykernel" not in line
