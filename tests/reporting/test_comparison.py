"""Two models side by side: what was changed is found, and shown, and nothing else."""

import csv
import random
import re

import numpy as np
import pytest
from frameworks import needs

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli import main
from graphviz_nn.scene import Text
from graphviz_nn.scene.badge import SIGNS
from graphviz_nn.style.labels import plain
from graphviz_nn.style.sheet import load, names

WIDTH = 4
STEPS = {"relu": nn.relu, "tanh": np.tanh, "sigmoid": nn.sigmoid, "softmax": nn.softmax, "exp": np.exp}


def chain(steps, *, prefix="W", x=(WIDTH,)):
    """A model of these steps in a row; a tuple is a linear layer: the number of its weights, and of its results."""
    specs, width = {}, WIDTH
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            seed, wide = step
            value = np.random.default_rng(seed).normal(size=(wide, width))
            specs[f"{prefix}{number}"] = gnn.parameter(value)
            width = wide

    def model(x, **weights):
        given = iter(weights.values())
        for step in steps:
            x = STEPS[step](x) if isinstance(step, str) else x @ next(given).T
        return x

    return gnn.trace(model, x=gnn.input(x), **specs)


def kinds(found):
    return [each.kind for each in found.differences]


BASE = [(1, 4), "relu", (2, 4), "tanh", (3, 4), "sigmoid", (4, 3), "softmax"]


def edited(steps, seed):
    """Steps with one of them added, removed or with other weights, what that is, and where."""
    rng = random.Random(seed)
    place, found = rng.randrange(len(steps) - 2), list(steps)
    kind = rng.choice(["added", "removed", "weights changed"])
    if kind == "added":
        found.insert(place, rng.choice([(99, 4), "exp"]))
    elif kind == "removed":
        del found[place]
    else:
        place = rng.choice([0, 2, 4, 6])
        found[place] = (50 + place, steps[place][1])
    return found, kind, place


@pytest.mark.parametrize("seed", range(12))
def test_what_was_planted_is_found(seed):
    steps, kind, place = edited(BASE, seed)
    found = gnn.compare(chain(BASE), chain(steps, prefix="V"))
    assert kinds(found) == [kind]
    (only,) = found.differences
    assert (bool(only.before), bool(only.after)) == (kind != "added", kind != "removed")
    step = (steps if kind == "added" else BASE)[place]
    assert ("linear" if isinstance(step, tuple) else step) in only.what.lower()
    assert found.equal == len(BASE) - (kind != "added")
    assert only.parameters[1] - only.parameters[0] == found.parameters[1] - found.parameters[0]
    marks = [shape.change for diagram in found.picture.diagrams for shape in diagram.shapes if shape.change != "same"]
    assert set(marks) == {kind} and len(marks) == (2 if kind == "weights changed" else 1)


def test_a_model_is_itself_whatever_its_parts_are_called():
    for other in (BASE, [*BASE]):
        found = gnn.compare(chain(BASE), chain(other, prefix="other"))
        assert not found.differences and found.equal == len(BASE) and found.share == 0
    assert "no differences" in str(found)
    assert any("There are no differences." in group.title for group in found.picture.scene.groups)


def test_how_far_weights_are_is_told():
    one, other = chain(BASE), chain([(7, 4), *BASE[1:]])
    before, after = one.variable("W0").value, other.variable("W0").value
    (only,) = gnn.compare(one, other).differences
    assert only.share == pytest.approx(np.linalg.norm(after - before) / np.linalg.norm(before))


def test_weights_tell_which_of_equal_layers_is_gone():
    deep = [(number, 4) if number % 2 else "relu" for number in range(1, 12)]
    for gone in (0, 4, 8):
        (only,) = gnn.compare(chain(deep), chain(deep[:gone] + deep[gone + 2 :])).differences
        linear = f"linear_{gone // 2 + 1}" if gone else "linear"
        assert only.kind == "removed" and only.before.partition(" ")[0] == linear


def test_a_difference_is_told_where_it_begins():
    found = gnn.compare(chain(BASE, x=(2, WIDTH)), chain(BASE, x=(8, WIDTH)))
    assert [(each.kind, each.before) for each in found.differences] == [("changed", "x")]
    wider = [(1, 6), *BASE[1:2], (2, 4), *BASE[3:]]
    changed = gnn.compare(chain(BASE), chain(wider)).differences
    assert [each.kind for each in changed] == ["changed", "changed"]
    assert all("→" in each.what for each in changed)


@gnn.function
def block(h, W):
    return h + nn.relu(W @ h)


def network(count):
    def model(x, weights, head):
        for W in weights:
            x = block(x, W)
        return head @ x

    return gnn.trace(model, x=gnn.input(4), weights=[gnn.parameter((4, 4))] * count, head=gnn.parameter((2, 4)))


@pytest.mark.parametrize(("one", "other", "kind"), [(2, 3, "added"), (5, 2, "removed"), (1, 4, "added")])
def test_equal_parts_are_counted(one, other, kind):
    found = gnn.compare(network(one), network(other))
    (only,) = found.differences
    assert only.kind == kind and only.what == f"block: {max(one, other)} against {min(one, other)}"
    diagram = found.picture.diagrams[kind == "added"]
    (frame,) = (frame for frame in diagram.frames if frame.repeats)
    assert plain(frame.title) == f"block ×{max(one, other)} against ×{min(one, other)}" and frame.change == kind
    assert {shape.change for shape in diagram.shapes} == {"same"}


def test_a_connection_that_goes_elsewhere_is_a_change():
    def skipping(x, back):
        h = np.tanh(x)
        g = np.exp(h)
        return np.sin(g) + (x if back else h)

    one, other = (gnn.trace(lambda x, b=b: skipping(x, b), x=gnn.input(3)) for b in (True, False))
    (only,) = gnn.compare(one, other).differences
    assert (only.kind, only.what) == ("changed", "takes another input")


def test_branches_in_another_order_are_the_same():
    def first(x):
        a, b = np.tanh(x), np.exp(x)
        return a + b

    def second(x):
        b = np.exp(x)
        return np.tanh(x) + b

    assert not gnn.compare(*(gnn.trace(each, x=gnn.input(3)) for each in (first, second))).differences


def test_what_corresponds_is_beside_each_other():
    picture = gnn.compare(chain(BASE), chain([*BASE[:4], (9, 4), "exp", *BASE[4:]])).picture
    heights = []
    for number in (1, 2):
        found = {}
        for group in picture.scene.groups:
            if group.id.startswith(f"view{number}-node-"):
                ys = [y for _, values in group.items[0].commands for y in values[1::2]]
                found[group.title.rpartition(",")[0]] = (min(ys) + max(ys)) / 2
        heights.append(found)
    twins = [
        {shape.twin: shape.description.rpartition(",")[0] for shape in diagram.shapes if shape.twin}
        for diagram in picture.diagrams
    ]
    shared = twins[0].keys() & twins[1].keys()
    assert len(shared) == len(picture.diagrams[0].shapes) > 4
    for twin in shared:
        assert heights[0][twins[0][twin]] == pytest.approx(heights[1][twins[1][twin]], abs=0.01)


@pytest.mark.parametrize("style", names())
def test_changes_are_told_apart_without_colour(style):
    sheet = load(style)
    dashes = {sheet.look(kind.replace(" ", "_")).dash for kind in SIGNS}
    assert len(dashes) == len(SIGNS) == len(set(SIGNS.values()))


def test_the_legend_says_what_colours_mean():
    picture = gnn.compare(chain(BASE), chain(edited(BASE, 1)[0]), style="mono").picture
    (legend,) = (group for group in picture.scene.groups if group.id == "legend")
    words = [plain(item.tex) for item in legend.items if isinstance(item, Text)]
    assert "same" in words and {*words} & {"added", "removed", "weights changed"}


@pytest.mark.parametrize("view", ["layers", "compact", "functions", "operations"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_every_view_shows_the_same(view, direction):
    found = gnn.compare(chain(BASE), chain([*BASE[:4], "exp", *BASE[4:]]), view=view, direction=direction)
    marks = [shape.name for shape in found.picture.diagrams[1].shapes if shape.change == "added"]
    assert marks == ["exp"]


@pytest.mark.parametrize("suffix", [".svg", ".html", ".mmd", ".tex", ".drawio"])
def test_pictures_are_written_in_every_format(suffix, tmp_path):
    path = gnn.compare(network(1), network(2), tmp_path / f"a{suffix}").save(tmp_path / f"b{suffix}")
    assert path.read_bytes() == (tmp_path / f"a{suffix}").read_bytes()


def test_tables_hold_every_difference(tmp_path):
    found = gnn.compare(chain(BASE), chain([*BASE[:4], "exp", (9, 4), *BASE[5:]]), tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["difference"] for row in rows] == [*kinds(found), "total"]
    assert [int(row["parameters after"]) for row in rows] == [
        *(each.parameters[1] for each in found.differences),
        found.parameters[1],
    ]
    for suffix in (".txt", ".md"):
        assert "exp" in found.save(tmp_path / f"t{suffix}").read_text(encoding="utf-8")
    assert set(found._repr_mimebundle_()) == {"text/html", "text/plain"}
    assert "<svg" in (html := found._repr_mimebundle_()["text/html"]) or "<img" in html
    with pytest.raises(gnn.errors.UsageError, match="dpi= is for pictures"):
        found.save(tmp_path / "t.csv", dpi=10)


@pytest.mark.parametrize("view", ["blocks", "layers", "operations"])
def test_leaves_that_are_drawn_in_several_places_are_marked_there(view):
    def cell(x, h, W, U):
        for t in range(3):
            h = np.tanh(W @ x[t] + U @ h)
        return h

    specs = {"x": gnn.input((3, 4)), "h": gnn.input(4)}
    one, other = (
        gnn.trace(cell, **specs, W=gnn.parameter(W), U=gnn.parameter(np.eye(4))) for W in (np.eye(4), 2 * np.eye(4))
    )
    found = gnn.compare(one, other, view=view, repeats="show")
    assert set(kinds(found)) == {"weights changed"}
    assert not gnn.compare(one, one, view=view, repeats="show").differences
    marks = {shape.change for shape in found.picture.diagrams[1].shapes}
    assert "weights changed" in marks and marks <= {"same", "weights changed"}


def test_names_are_no_markup():
    def named(x):
        return np.tanh(x)

    named.__name__ = "<b>$x$|"
    found = gnn.compare(gnn.trace(named, x=gnn.input(2)), chain(["exp"]))
    assert "<b>" not in found._repr_html_() and "<b>" not in found.picture.svg


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (lambda: gnn.compare(chain(BASE), lambda x: x), "the second model: .*x"),
        (lambda: gnn.compare(5, chain(BASE)), "the first model"),
        (lambda: gnn.compare(chain(BASE), chain(BASE), "a.docx"), "can't be written as '.docx'"),
        (lambda: gnn.compare(chain(BASE), chain(BASE), view="units"), "'units' has no shape for each layer"),
        (lambda: gnn.compare(chain(BASE), chain(BASE), view="layer"), "did you mean 'layers'"),
        (lambda: gnn.compare(chain(BASE), chain(BASE), show="backward"), "no backward pass"),
        (lambda: gnn.compare(chain(BASE), chain(BASE), colour="red"), "no option colour="),
    ],
)
def test_errors_help(given, says):
    with pytest.raises(gnn.errors.Error, match=says):
        given()


def test_the_command_prints_and_writes(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, formula in (("a", "W @ x"), ("b", "np.tanh(W @ x)")):
        lines = ["import numpy as np, graphviz_nn as gnn", f"def {name}(x=gnn.input(2), W=gnn.parameter((3, 2))):"]
        (tmp_path / f"{name}.py").write_text("\n".join([*lines, f"    return {formula}"]), encoding="utf-8")
    assert main(["compare", "a.py", "b.py", "-o", "d.svg", "-o", "d.md"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^added +tanh +tanh", printed, re.MULTILINE) and "d.svg" in printed
    assert (tmp_path / "d.svg").stat().st_size and "tanh" in (tmp_path / "d.md").read_text(encoding="utf-8")
    assert main(["compare", "a.py", "b.py", "-o", "d.docx"]) == 2


@needs("onnx")
def test_a_fused_normalization_is_removed_and_its_convolution_changed():
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(0)
    weights = {"w": (3, 2, 3, 3), "scale": 3, "shift": 3, "mean": 3, "var": 3}
    arrays = {name: np.abs(rng.normal(size=shape)).astype(np.float32) for name, shape in weights.items()}
    factor = arrays["scale"] / np.sqrt(arrays["var"] + 1e-5)
    fused = {"w": arrays["w"] * factor[:, None, None, None], "bias": arrays["shift"] - arrays["mean"] * factor}

    def model(name, nodes, held):
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 2, 5, 5])
        result = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 3, 3])
        held = [numpy_helper.from_array(np.asarray(each, np.float32), n) for n, each in held.items()]
        graph = helper.make_graph([helper.make_node(*each) for each in nodes], name, [image], [result], held)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        made.ir_version = 8
        return made

    one = [
        ("Conv", ["image", "w"], ["c"]),
        ("BatchNormalization", ["c", "scale", "shift", "mean", "var"], ["n"]),
        ("Relu", ["n"], ["y"]),
    ]
    other = [("Conv", ["image", "w", "bias"], ["c"]), ("Relu", ["c"], ["y"])]
    found = gnn.compare(model("before", one, arrays), model("after", other, fused))
    assert kinds(found) == ["changed", "removed"]
    changed, removed = found.differences
    assert changed.what == "bias added" and removed.what == "batch norm"
    distance = np.linalg.norm(fused["w"] - arrays["w"]) / np.linalg.norm(arrays["w"])
    assert changed.share == pytest.approx(distance, rel=1e-5)
    assert [shape.change for shape in found.picture.diagrams[0].shapes].count("removed") == 1


@needs("torch")
def test_a_fine_tuned_head_has_other_weights():
    import copy

    import torch

    layers = torch.nn.Linear(4, 4), torch.nn.ReLU(), torch.nn.Linear(4, 4), torch.nn.ReLU()
    net = torch.nn.Sequential(torch.nn.Sequential(*layers), torch.nn.Linear(4, 2)).eval()
    tuned = copy.deepcopy(net)
    with torch.no_grad():
        tuned[1].weight *= 1.25
    found = gnn.compare(net, tuned, example=torch.zeros(1, 4))
    (only,) = found.differences
    assert (only.kind, only.before, only.after) == ("weights changed", "1", "1")
    weight, bias = (each.detach().numpy() for each in net[1].parameters())
    norm = np.linalg.norm([*weight.ravel(), *bias])
    assert only.share == pytest.approx(0.25 * np.linalg.norm(weight) / norm, rel=1e-5)
