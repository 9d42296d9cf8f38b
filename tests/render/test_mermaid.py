"""Mermaid charts keep their meaning for any names."""

import re

import pytest
from pictures import NAMES, STEMS, lecture, named

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.render.mermaid import OUTLINES
from graphviz_nn.style.sheet import OUTLINES as KNOWN

LABEL = r'"(?:[^"#&<>`\\*_~|;{}\[\]$%@]|#\d+;|<br>)*"'
SHAPE = rf"n\d+(?:\(\({LABEL}\)\)|\({LABEL}\)|\[{LABEL}\]|\(\[{LABEL}\]\)|\{{\{{{LABEL}\}}\}}|\[/{LABEL}\\\]):::\w+"
LINK = rf"n\d+ (?:-->|---)(?:\|{LABEL}\|)? n\d+|n\d+ ~~~ n\d+"
STYLE = r"(?:classDef \w+|linkStyle (?:\d+|default)|style f\d+) [\w:#., -]+"
LINE = re.compile(rf" *(?:%% .*|flowchart (?:LR|TB)|subgraph f\d+ \[{LABEL}\]|end|{SHAPE}|{LINK}|{STYLE})")
NETWORK = gnn.trace(nn.Sequential(nn.Linear(2, 12), nn.Softmax()), x=gnn.input(2))


def check(source):
    for line in source.splitlines():
        assert LINE.fullmatch(line), line
    names = re.findall(r"^ *(n\d+)[(\[{]", source, re.MULTILINE)
    ends = [name for pair in re.findall(r"^ *(n\d+) [-~].* (n\d+)$", source, re.MULTILINE) for name in pair]
    assert len(names) == len(set(names))
    assert set(ends) <= set(names)
    styled = [int(number) for number in re.findall(r"linkStyle (\d+)", source)]
    assert not styled or max(styled) < len(ends) / 2
    return names


@pytest.mark.parametrize("name", STEMS)
def test_the_lecture(name):
    picture = lecture()[name]
    assert len(check(picture.mermaid)) >= sum(len(panel.diagram.shapes) for panel in picture.panels)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_strangers(name):
    assert len(check(named(name).mermaid)) == 3


@pytest.mark.parametrize("style", ["lecture", "mono", "dark"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "layers", "arrows", "units"])
def test_views_styles_directions(view, style, direction):
    source = gnn.draw(NETWORK, view=view, style=style, direction=direction, show="shapes").mermaid
    check(source)
    assert f"flowchart {direction}\n" in source
    assert ("⋮<br>n = 12" in source) == (view == "units")


def test_every_outline_has_its_shape():
    assert set(OUTLINES) == set(KNOWN)


def test_indices_are_small_letters():
    source = gnn.draw(
        gnn.trace(lambda x1, theta2: (x1 * theta2) ** 2, x1=gnn.input(()), theta2=gnn.parameter(()))
    ).mermaid
    assert '("x₁"):::data' in source
    assert "θ₂" in source
    assert "(·)²" in source


def test_frames_are_inside_of_each_other():
    graph = gnn.trace(nn.Sequential(nn.Linear(2, 3), nn.Sigmoid()), x=gnn.input(2))
    # A sigmoid as written, inside of the sigmoid that it is seen as, inside of its layer.
    opened = gnn.draw(graph, view="compact", detail="merged", expand=["sigmoid_layer", "sigmoid"]).mermaid
    check(opened)
    assert opened.count("subgraph") == opened.count(" end\n") == 3
    inner = re.search(r"\n    subgraph .*\n((?:      .*\n)+)    end", opened)
    assert inner is not None


def test_weights_are_seen():
    source = lecture()["learned_features"].mermaid
    assert "stroke-dasharray" in source
    assert "stroke-width:3.00px" in source


def test_operands_are_numbered():
    assert '|"①"|' in gnn.draw(gnn.trace(lambda x, y: x - y, x=gnn.input(()), y=gnn.input(()))).mermaid
