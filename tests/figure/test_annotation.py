"""Numbers in a picture are the values and gradients, and wrong gradients are marked."""

import re
from dataclasses import replace

import numpy as np
import pytest
from calls import COMPUTED, calls, feeds_for, model_of
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, UsageError
from graphviz_nn.figure.annotation import numbers
from graphviz_nn.nn import cross_entropy, linear, sigmoid, softmax
from graphviz_nn.style.numbers import array
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.views import DETAILS, detailed


def loss(x, y, W1, W2):
    a1 = sigmoid(linear(x, W1))
    return cross_entropy(softmax(linear(a1, W2)), y)


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))
FEEDS = {
    "x": [1.0, 2.0],
    "y": [0.0, 1.0],
    "W1": [[1.0, 2.0], [0.3, -0.4], [1.0, -1.0]],
    "W2": [[1.0, 2.0, -0.5], [0.25, 0.0, 1.0]],
}
ALL = {"values": True, "gradients": True, "check": True}


@pytest.mark.parametrize("detail", DETAILS)
def test_every_gradient_is_right_and_says_so(detail):
    seen = detailed(detail, GRAPH)
    found = numbers(seen, FEEDS, **ALL)
    assert found.values.keys() == seen.variables.keys() == found.gradients.keys()
    others = [text for name, text in found.gradients.items() if name != "loss"]
    assert all(text.endswith(r"\checkmark") for text in others)
    assert found.gradients["loss"] == "1"
    count = len(others)
    assert any(f"{count}\\ of\\ {count}\\ agree" in tex for tex, _ in found.footer)


def test_the_numbers_are_those_of_the_gradient():
    found = numbers(GRAPH, FEEDS, values=True, gradients=True, check=False)
    value, gradients = gnn.value_and_gradient(GRAPH, FEEDS, wrt=["x", "y", "W1", "W2", "a1"])
    assert found.values["loss"] == array(np.asarray(value))
    assert {name: found.gradients[name] for name in gradients} == {
        name: array(each) for name, each in gradients.items()
    }


def planted(op, wanted):
    """The operation with a wrong rule for one argument."""

    def wrong(*arguments, **attributes):
        return op.pullback(wanted)(*arguments, **attributes) + 0.5

    if callable(op.vjp):
        return replace(op, vjp=lambda *given, slot, **more: op.vjp(*given, slot=slot, **more) + 0.5 * (slot == wanted))
    return replace(op, vjp=tuple(wrong if number == wanted else rule for number, rule in enumerate(op.vjp)))


# By its first argument it has no rule.
FLAT = ("heaviside",)


@pytest.mark.parametrize("name", [name for name, op in COMPUTED.items() if op.vjp is not None and name not in FLAT])
@settings(max_examples=1, deadline=None, phases=[Phase.generate])
@given(data=st.data())
def test_a_wrong_rule_is_marked_at_the_first_step_that_has_it(name, data):
    call = data.draw(calls(name))
    graph, feeds = model_of(call), feeds_for(call)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(OPS, name, planted(OPS[name], min({0, 1} - call.constants.keys())))
        picture = gnn.draw(graph, feeds=feeds, show=("gradients", "check"))
        found = numbers(graph, feeds, **ALL)
    diagram = picture.panels[0].diagram
    # Where the operation is used elsewhere in the model too, the mark is at the first of its uses on the way back.
    assert {link.variable for link in diagram.links if link.emphasis == "wrong"} == {found.wrong}
    used = [each for each, operation in graph.operations.items() if operation.op == name]
    if len(used) == 1:
        (made,) = graph.results(used[0])
        assert found.wrong == "z" and found.gradients[made].endswith(r"\checkmark")
    assert r"\boxtimes" in found.gradients["z"] and r"\boxtimes" in found.gradients["a0"]


def test_gradients_of_what_is_no_single_number():
    graph = gnn.trace(lambda x: x * 2, x=gnn.input(2))
    with pytest.raises(UsageError, match=r"output of shape \(2,\)"):
        gnn.draw(graph, feeds={"x": [1.0, 2.0]}, show="gradients")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"show": "gradients"}, "needs values"),
        ({"feeds": FEEDS, "show": "check"}, "needs gradients"),
        ({"show": "shape"}, "did you mean 'shapes'"),
        ({"show": "loss", "hide": ("loss",)}, "in show= and in hide="),
    ],
)
def test_what_can_not_be_shown(options, says):
    with pytest.raises(UsageError, match=says):
        gnn.draw(GRAPH, **options)


def test_feeds_that_do_not_fit():
    with pytest.raises(FeedError, match="W2"):
        gnn.draw(GRAPH, feeds={name: value for name, value in FEEDS.items() if name != "W2"}, show="gradients")


def wrong_by_hand(x, y, W1, W2):
    a1 = 1 / (1 + np.exp(-(W1 @ x)))
    p = np.exp(W2 @ a1) / np.exp(W2 @ a1).sum()
    da1 = W2.T @ (p - y)
    dW1 = np.outer(da1 * a1, x)
    return {"W2": np.outer(p - y, a1), "a1": da1, "W1": dW1}


@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows", "scalars"])
def test_gradients_by_others_are_marked_in_every_view(view):
    show = ("gradients", "check")
    picture = gnn.draw(GRAPH, feeds=FEEDS, show=show, against=wrong_by_hand, view=view)
    assert r"2\ of\ 3\ agree\ with\ wrong\_by\_hand" in picture.svg
    seen = numbers(picture.graph, FEEDS, **ALL, against=wrong_by_hand, model=GRAPH)
    assert seen.wrong.startswith("W1_") if view == "scalars" else seen.wrong == "W1"
    if view == "scalars":
        marked = {name for name, text in seen.gradients.items() if r"\boxtimes" in text}
        assert marked and all(name.startswith("W1_") for name in marked)
    else:
        assert r"\boxtimes" in seen.gradients["W1"] and r"\neq" in seen.gradients["W1"]
        if "a1" in seen.gradients:
            assert seen.gradients["a1"].endswith(r"\checkmark")
    unmarked = seen.gradients["x_1" if view == "scalars" else "x"]
    assert "checkmark" not in unmarked and r"\boxtimes" not in unmarked


@pytest.mark.parametrize("shape", [(), (2,)])
@pytest.mark.parametrize("off", [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 2e-6, -2e-6])
@pytest.mark.parametrize("value", [1 / 3, -123456.789, 3e-9])
def test_gradients_that_differ_never_look_alike(value, off, shape):
    graph = gnn.trace(lambda t, w: np.sum(t * w), t=gnn.parameter(shape), w=gnn.input(shape))
    own = np.full(shape, value)
    other = own * (1 + off)
    found = numbers(graph, {"t": np.ones(shape), "w": own}, **ALL, against={"t": other}).gradients["t"]
    first, second = re.search(r"(?:\\boxtimes\\ (.*))? \\neq (.*?)(?:\\ \\boxtimes)?$", found).groups()
    # A number's own stands in front already.
    known = [read(each) for each in (first, second) if each]
    assert len(known) == (2 if shape else 1)
    assert known[-1] == pytest.approx(float(other.flat[0]), rel=5e-3)
    assert known[0] == pytest.approx(float(value if shape else other), rel=5e-3)
    assert second != first and second != array(np.asarray(value))


def read(tex):
    """Read a number from a picture."""
    power = r"(?:(?P<by>.*)\{\\cdot\})?10\^\{(?P<of>.*)\}"
    text = tex.replace("{-}", "-")
    found = re.fullmatch(power, text)
    return float(f"{found['by'] or 1}e{found['of']}") if found else float(text)


def test_the_first_wrong_one_stands_out():
    found = wrong_by_hand(**{name: np.array(value) for name, value in FEEDS.items()})
    picture = gnn.draw(GRAPH, feeds=FEEDS, show=("gradients", "check"), against=found)
    strong = [shape.name for shape in picture.panels[0].diagram.shapes if shape.emphasis == "wrong"]
    assert strong == ["W1"]
    right = gnn.draw(GRAPH, feeds=FEEDS, show=("gradients", "check"))
    assert not any(shape.emphasis for shape in right.panels[0].diagram.shapes)


@pytest.mark.parametrize("detail", [detail for detail in DETAILS if detail != "scalars"])
def test_numbers_of_many_examples_are_means(detail):
    rng = np.random.default_rng(0)
    data = {"x": rng.normal(size=(20, 2)), "y": np.eye(2)[rng.integers(2, size=20)]}
    feeds = {**FEEDS, **data}
    seen = detailed(detail, GRAPH)
    found = numbers(seen, feeds, **ALL, batch=("x", "y"))
    each = [gnn.value_and_gradient(seen, {**FEEDS, "x": x, "y": y}) for x, y in zip(*data.values(), strict=True)]
    assert found.values["loss"] == array(np.asarray(np.mean([value for value, _ in each])))
    assert found.values["x"] == array(data["x"].mean(axis=0))
    for name in ("W1", "W2"):
        mean = np.mean([gradients[name] for _, gradients in each], axis=0)
        assert found.gradients[name] == array(mean) + r"\ \checkmark"
    assert any(r"20\ examples" in tex for tex, _ in found.footer)


def test_the_picture_of_many_examples_is_that_of_one():
    feeds = {**FEEDS, "x": np.ones((500, 2)), "y": np.tile([0.0, 1.0], (500, 1))}
    picture = gnn.draw(GRAPH, feeds=feeds, batch=("x", "y"), show=("gradients", "check"), view="layers")
    assert picture.graph.variable("x").shape == (2,)
    assert r"means\ over\ 500\ examples" in picture.svg


def test_what_has_no_gradient_and_what_has_none_of_influence():
    graph = gnn.trace(
        lambda x, i, t, u: x[i] * t,
        x=gnn.input(3),
        i=gnn.input((), dtype="int64"),
        t=gnn.parameter(()),
        u=gnn.parameter(()),
    )
    found = numbers(graph, {"x": [1.0, 2.0, 3.0], "i": 1, "t": 2.0, "u": 5.0}, values=True, gradients=True, check=False)
    assert found.gradients["i"] == ""
    assert found.gradients["u"] == "0"


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"feeds": FEEDS, "against": "torch"}, UsageError, r"show=\('gradients', 'check'\)"),
        ({"batch": "x"}, UsageError, "give feeds="),
        ({"feeds": FEEDS, "batch": "q"}, FeedError, "'q', which has no value in feeds"),
        ({"feeds": FEEDS, "batch": ("x", "y")}, FeedError, r"many examples must have shape"),
        ({"feeds": FEEDS, "batch": "x", "view": "scalars"}, UsageError, "single numbers"),
    ],
)
def test_what_is_no_batch_and_no_comparison(options, error, says):
    with pytest.raises(error, match=says):
        gnn.draw(GRAPH, **options)


def test_what_cancels_but_for_rounding_is_a_gradient_of_0_and_what_is_tiny_stays():
    def shifted(x, y, W):
        z = W @ x
        most = np.max(z)
        return -np.sum(y * np.log(np.exp(z - most) / np.sum(np.exp(z - most))))

    graph = gnn.trace(shifted, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)))
    feeds = {"x": [1, 0.5], "y": [0, 1, 0], "W": [[1, 0.3], [0.2, 0.7], [0.5, 0.1]]}
    assert _gradients(graph, feeds)["most"] == "0"
    tiny = gnn.trace(lambda x, t: 1e-20 * np.sum(t * x), x=gnn.input(2), t=gnn.parameter(2))
    assert r"10^{" in _gradients(tiny, {"x": [1, 2], "t": [1, 1]})["t"]


def _gradients(graph, feeds):
    return numbers(graph, feeds, values=True, gradients=True, check=False).gradients
