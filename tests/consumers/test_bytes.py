"""The same picture gives the same file in any process; strangers' names are drawn or refused in every format."""

import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from pictures import NAMES, named

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import Error
from graphviz_nn.figure.picture import rendered
from graphviz_nn.render import FORMATS

SCRIPT = """
import hashlib, json
import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure.picture import rendered
from graphviz_nn.render import FORMATS
network = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Softmax())
graph = gnn.trace(lambda x, y: nn.cross_entropy(network(x), y), x=gnn.input(2), y=gnn.target(2))
picture = gnn.draw(graph, view="layers", legend=True, title="A title", callouts={"a1": "features"})
print(json.dumps({suffix: hashlib.sha256(rendered(picture, suffix)).hexdigest() for suffix in FORMATS}))
"""


def made(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, check=True, timeout=3600
    )
    return json.loads(done.stdout)


def test_the_same_picture_is_the_same_file_in_any_process():
    first, second = made("1"), made("2")
    assert set(first) == set(FORMATS)
    assert first == second


def names(suffix):
    """Names to try; matplotlib takes a second for each EPS file."""
    return NAMES[::8] if suffix == ".eps" else NAMES


def is_harmless(data, suffix):
    """Whether none of a stranger's text is a command."""
    text = data.decode("latin-1")
    if suffix in (".tex", ".pgf"):
        return r"\input{" not in re.sub(r"(?m)(?<!\\)%.*$", "", text)
    if suffix in (".dot", ".gv"):
        return "<" not in re.sub(r'"(\\.|[^"\\])*"', "", text)
    return suffix not in (".svg", ".html", ".drawio") or "<script>alert" not in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_names_of_strangers_are_shown_or_refused(suffix):
    for name in names(suffix):
        picture = named(name)
        try:
            data = rendered(picture, suffix)
        except Error as error:
            assert str(error).count("\n") < 3
            continue
        assert data
        assert is_harmless(data, suffix), ascii(name)
        if suffix in (".svg", ".drawio"):
            ElementTree.fromstring(data)


@pytest.mark.parametrize("suffix", FORMATS)
def test_words_of_strangers_are_shown_or_refused(suffix):
    graph = gnn.trace(lambda x, W: nn.sigmoid(W @ x), x=gnn.input(2), W=gnn.parameter((2, 2)))
    for words in names(suffix):
        if not words.isprintable():
            continue
        try:
            picture = gnn.draw(graph, title=words, caption=words, callouts={"x": words}, braces={words: ("x", "W")})
            data = rendered(picture, suffix)
        except Error as error:
            assert str(error).count("\n") < 3
            continue
        assert is_harmless(data, suffix), ascii(words)
