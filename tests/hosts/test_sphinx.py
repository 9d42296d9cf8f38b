"""The directive in documentation that Sphinx builds, in a separate process."""

import re
import subprocess
import sys

import pytest

MODEL = """\
import graphviz_nn as gnn
from shapes_of_mine import SIZE

def loss(x=gnn.input(SIZE), y=gnn.target(()), theta=gnn.parameter(SIZE)):
    return (theta @ x - y) ** 2
"""
PAGES = {
    "index.rst": """\
Title
=====

.. toctree::

   guide/page
   other

.. graphviz-nn:: guide/my_model.py:loss
   :view: layers
   :show: shapes
   :caption: Linear *regression*.
   :name: regression
   :width: 80%

See :numref:`regression`.
""",
    "other.rst": "Other\n=====\n",
    "guide/page.rst": """\
Page
====

.. graphviz-nn:: my_model.py
   :feed: values.json
          theta=.5,-.5
   :style: mine.toml
   :alt: with values
   :align: center
   :class: wide

.. graphviz-nn::
   :style: paper
   :input: x=2
   :legend:

   from shapes_of_mine import SIZE

   def exponential(x):
       return x * SIZE
""",
    "guide/my_model.py": MODEL,
    "guide/shapes_of_mine.py": "SIZE = 2\n",
    "guide/values.json": '{"x": [1, 2], "y": 3}',
    "guide/mine.toml": 'inherit = "dark"\n',
    "conf.py": "extensions = ['graphviz_nn']\nnumfig = True\n",
}


@pytest.fixture
def docs(tmp_path):
    for name, text in PAGES.items():
        (tmp_path / "src" / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "src" / name).write_text(text, encoding="utf-8")
    return tmp_path


def build(docs, builder, *options):
    command = [sys.executable, "-m", "sphinx", "-N", "-b", builder, "-d", docs / "doctrees", *options]
    command += [docs / "src", docs / builder]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=3600)
    return done.returncode, done.stdout, done.stderr


def files(folder, suffix):
    return {path.name: path.read_bytes() for path in folder.glob(f"*{suffix}")}


def test_html_and_latex_from_one_reading(docs):
    assert build(docs, "html", "-W", "-j2")[::2] == (0, "")
    index = (docs / "html" / "index.html").read_text(encoding="utf-8")
    page = (docs / "html" / "guide" / "page.html").read_text(encoding="utf-8")
    assert re.findall(r'<img [^>]*class="dark-light (\S+)"', index) == ["graphviz-nn-light", "graphviz-nn-dark"]
    assert index.count("80%") == 2 and "<em>regression</em>" in index and 'href="#regression"' in index
    assert 'alt="loss: A computation graph' in index
    assert re.findall(r'<img [^>]*alt="(with values|exponential: [^"]*)"', page)[0] == "with values"
    assert "graphviz-nn-dark" not in page
    assert "graphviz-nn-dark" in (docs / "html" / "_static" / "graphviz-nn.css").read_text(encoding="utf-8")
    drawn = files(docs / "html" / "_images", ".svg")
    assert len(drawn) == 4
    assert any("page.rst:2" in each.decode() for each in drawn.values())

    assert build(docs, "latex", "-W")[::2] == (0, "")
    assert {name.removesuffix(".pdf") for name in files(docs / "latex", ".pdf")} < {
        name.removesuffix(".svg") for name in drawn
    }
    assert len(files(docs / "latex", ".pdf")) == 3
    assert build(docs, "text", "-W")[::2] == (0, "")
    assert "with values" in (docs / "text" / "guide" / "page.txt").read_text(encoding="utf-8")

    # All again, from nothing, on one core.
    assert build(docs, "html", "-W", "-E", "-a")[0] == 0
    assert files(docs / "html" / "_images", ".svg") == drawn


def test_what_a_picture_is_made_of_has_it_drawn_again(docs):
    assert build(docs, "html")[0] == 0
    assert " 0 added, 0 changed, 0 removed" in build(docs, "html", "-W")[1]
    for file, text, pages in (
        ("guide/my_model.py", MODEL.replace("** 2", "** 4"), 2),
        ("guide/shapes_of_mine.py", "import graphviz_nn\nSIZE = 2\n", 2),
        ("guide/values.json", '{"x": [1, 2], "y": 4}', 1),
        ("guide/mine.toml", 'inherit = "mono"\n', 1),
    ):
        (docs / "src" / file).write_text(text, encoding="utf-8")
        code, out, err = build(docs, "html", "-W")
        assert (code, err) == (0, "")
        assert f" 0 added, {pages} changed, 0 removed" in out, file


ERRORS = (
    (".. graphviz-nn::\n", "name a model, such as my_model.py:loss, or write its code as content"),
    (".. graphviz-nn:: gone.py\n", "can't read"),
    (".. graphviz-nn:: guide/my_model.py:los\n", "did you mean 'loss'?"),
    (".. graphviz-nn:: guide/my_model.py\n   :view: layer\n", "did you mean 'layers'?"),
    (".. graphviz-nn:: guide/my_model.py\n   :units: many\n", "'many' isn't a whole number of at least 3"),
    (".. graphviz-nn::\n\n   x = 1\n\n   1 / 0\n", "bad5.rst:8: ZeroDivisionError: division by zero"),
    (".. graphviz-nn::\n\n   x = 1\n", "defines neither a graph nor a function"),
    (".. graphviz-nn:: guide/my_model.py\n   :nope: 1\n", 'unknown option: "nope"'),
)


def test_an_error_is_a_warning_with_file_and_line(docs):
    for number, (text, _) in enumerate(ERRORS):
        (docs / "src" / f"bad{number}.rst").write_text(f":orphan:\n\n\n{text}", encoding="utf-8")
    code, _, err = build(docs, "html", "-W", "--keep-going")
    assert code == 1
    for number, (_, sentence) in enumerate(ERRORS):
        assert re.search(rf"bad{number}\.rst:4: (WARNING|ERROR): [^\n]*\n?[^\n]*{re.escape(sentence)}", err), err


def test_options_for_all_and_remarks(docs):
    (docs / "src" / "conf.py").write_text(
        PAGES["conf.py"] + "graphviz_nn_options = {'style': 'blueprint', 'direction': 'TB'}\n"
    )
    leaking = ".. graphviz-nn::\n   :style: mono\n\n   import graphviz_nn as gnn\n\n" + "".join(
        f"   {line}\n"
        for line in (
            "def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))):",
            "    return gnn.nn.squared_error(W @ x + y, y)",
        )
    )
    (docs / "src" / "other.rst").write_text(f"Other\n=====\n\n{leaking}", encoding="utf-8")
    code, _, err = build(docs, "html")
    assert code == 0
    assert re.search(r"other\.rst:4: WARNING: .*depends on the target.*\[graphviz_nn\.remark\]", err)
    assert "graphviz-nn-dark" not in (docs / "html" / "index.html").read_text(encoding="utf-8")
    assert build(docs, "html", "-W", "-E", "-D", "suppress_warnings=graphviz_nn.remark")[0] == 0


def test_the_former_name_works_for_a_version(docs):
    (docs / "src" / "conf.py").write_text("extensions = ['graphviz_nn.sphinx']\n")
    code, _, err = build(docs, "html")
    assert code == 0 and 'write extensions = ["graphviz_nn"]' in err
    assert files(docs / "html" / "_images", ".svg")
