"""The same picture gives the same file in any process; strangers' names are drawn or refused in every format."""

import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from dot_files import texts
from pictures import NAMES, named, subscripted

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import Error
from graphviz_nn.figure.picture import rendered
from graphviz_nn.render import FORMATS
from graphviz_nn.style.labels import plain
from graphviz_nn.style.runs import runs

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
        return bool(texts(data.decode()))
    return suffix not in (".svg", ".html", ".drawio") or "<script>alert" not in text


def letters(text):
    return "".join(text.split())


def shown(picture, source):
    """Whether each label of a picture is a label in a DOT file, alone or before a note."""
    found = [letters(text) for attribute, text in texts(source) if attribute == "label"]
    for label in (shape.label for panel in picture.panels for shape in panel.diagram.shapes):
        written = {letters("".join(run.text for run in runs(label))), letters(plain(label))} - {""}
        if not any(each.startswith(tuple(written)) for each in found):
            return False
    return True


def times(words, text):
    """How often a text has all words, whatever is between them; a long one goes on in the next line."""
    text = letters(text)
    parts = re.findall(r"[^\W_]+|[\U0001f300-\U0001faff]", words)
    return min((text.count(part) // parts.count(part) for part in parts), default=9)


@pytest.mark.parametrize("drawn", [named, subscripted])
@pytest.mark.parametrize("suffix", FORMATS)
def test_names_of_strangers_are_shown_or_refused(suffix, drawn):
    for name in names(suffix):
        try:
            picture = drawn(name)
            data = rendered(picture, suffix)
        except Error as error:
            assert str(error).count("\n") < 3
            continue
        assert data
        assert is_harmless(data, suffix), ascii(name)
        if suffix in (".svg", ".drawio"):
            ElementTree.fromstring(data)
        if suffix in (".dot", ".gv"):
            assert shown(picture, data.decode()), ascii(name)


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
        if suffix in (".dot", ".gv"):
            found = [(attribute, times(words, text)) for attribute, text in texts(data.decode())]
            # A label of the title and the caption, and a callout.
            assert any(attribute == "label" and count > 1 for attribute, count in found), ascii(words)
            assert any(attribute == "xlabel" and count > 0 for attribute, count in found), ascii(words)
