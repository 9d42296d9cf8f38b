"""The walk through one example: each step's numbers are those of the model, its formulas those of the chain rule."""

import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.playground.choices import VIEWS
from graphviz_nn.playground.packing import packed
from graphviz_nn.playground.session import Session
from playground.test_exports import in_batches
from playground.test_session import opened


def walked(session):
    first = session.do({"do": "walk", "at": 0})
    return [first, *(session.do({"do": "walk", "at": at}) for at in range(1, first["count"]))]


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_walked_forward_and_backward(view):
    session = opened(hidden=[2], features=["x1", "x1 x2"], example=["test", 4], view=view)
    session.do({"do": "step", "count": 30})
    found = walked(session)
    assert "error" not in found[0] and len(found) == found[0]["count"]
    phases = [each["phase"] for each in found]
    assert phases == sorted(phases, reverse=True) and {*phases} == {"forward", "backward"}
    last = next(each for each in reversed(found) if each["phase"] == "forward")
    assert last["variable"] == "loss"
    loss = session.frames.examples.numbers(session.course.parameters(), ("test", 4), "units")["example"]["loss"]
    assert [*last["numbers"].values()][-1] == pytest.approx(loss, rel=1e-12)
    packed(found)
    picture = session.frames.picture(session.state)
    known = {row["id"] for rows in ("parts", "units", "lines") for row in picture[rows]}
    assert all(each["elements"] and set(each["elements"]) <= known for each in found)
    frame = session.frame()
    assert {row["of"] for row in picture["numbers"]} <= set(frame["values"])
    assert {row["of"] for row in picture["numbers"] if row["kind"] == "gradient"} <= {*frame["gradients"], "loss"}


def test_the_numbers_are_the_values_and_the_gradients():
    session = opened(hidden=[3], example=["train", 0])
    session.do({"do": "step", "count": 30})
    known = {**session.frames.examples.feeds(("train", 0)), **session.course.parameters()}
    graph = session.subject.graph
    values = gnn.evaluate(graph, known)
    _, gradients = gnn.value_and_gradient(graph, known, wrt=["W1", "b1", "a1", "W2", "b2"])
    seen = set()
    for each in walked(session):
        result = [*each["numbers"].values()][-1]
        if each["phase"] == "forward":
            np.testing.assert_allclose(result, values[each["variable"]], rtol=1e-12)
        elif each["variable"] in gradients:
            seen.add(each["variable"])
            np.testing.assert_allclose(result, gradients[each["variable"]], rtol=1e-9, atol=1e-15)
    assert seen == {*gradients}
    formulas = [each["formula"] for each in walked(session)]
    assert re.match(r"z\^\(1\) = W\^\(1\) x \+ b\^\(1\) = \(", formulas[0])
    assert any(re.match(r"ā\^\(1\) = W\^\(2\)T z̄\^\(2\) = \(", each) for each in formulas)


def test_a_step_marks_what_the_picture_shows_of_it():
    session = opened(hidden=[3], example=["train", 0])
    walk = session.frames.walk(session.state)
    stations = session.frames.stations(session.state, session.course.parameters())
    picture = {
        "units": [{"id": f"a{number}", "variable": "a1", "index": [number]} for number in range(3)],
        "lines": [{"id": "w", "parameter": "W1", "index": [0, 0]}],
        "parts": [{"id": "tanh", "variable": "a1", "operation": "tanh"}],
    }
    marked = {(each.phase, each.variable): walk.message(stations, at, picture) for at, each in enumerate(stations)}
    assert marked["forward", "a1"]["elements"] == ["tanh", "a0", "a1", "a2"]
    # z1 isn't drawn: what is made of it is.
    assert marked["forward", "z1"]["elements"] == ["tanh", "a0", "a1", "a2"]
    assert marked["backward", "W1"]["elements"][0] == "w"


def test_without_an_example_or_beyond_the_end_there_is_a_sentence():
    session = opened(hidden=[])
    assert "no example is picked" in session.do({"do": "walk", "at": 0})["error"]["what"]
    session.do({"do": "example", "index": 0})
    assert "whole number from 0 to" in session.do({"do": "walk", "at": 99})["error"]["what"]


def test_a_batch_is_walked_as_its_group():
    session = in_batches()
    session.do({"do": "example", "index": 25})
    assert session.do({"do": "set", "field": "view", "value": "operations"})["state"]["view"] == "operations"
    assert len(walked(session)) > 8
    assert isinstance(session, Session)
