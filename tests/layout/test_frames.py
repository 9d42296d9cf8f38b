"""Frames around opened blocks contain their own shapes and nothing else."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.pipeline import drawn
from graphviz_nn.figure.plan import planned
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.forms.diagram import Diagram, Frame, Shape
from graphviz_nn.layout import honest, place
from graphviz_nn.layout.continued import continued
from graphviz_nn.layout.geometry import Box, overlap
from graphviz_nn.layout.result import Layout, Placed
from graphviz_nn.style.sheet import load
from graphviz_nn.views import detailed

SHEET = load("lecture")


def block(x, query, key, value, output):
    return x + nn.multi_head_attention(x, query, key, value, output, 2)


GRAPH = gnn.trace(
    block, x=gnn.input((5, 4)), **{name: gnn.parameter((4, 4)) for name in ("query", "key", "value", "output")}
)
DEPTHS = [["multi_head_attention"], ["multi_head_attention", "attention"]]
DEPTHS.append([*DEPTHS[-1], "softmax"])


@pytest.mark.parametrize("expand", DEPTHS, ids=len)
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("form", ["compact", "layers"])
def test_frames_hold_what_is_theirs(form, direction, expand):
    diagram = FORMS[form](detailed("layers", GRAPH, expand), Shown())
    layout = place(diagram, SHEET, direction=direction)
    assert len(diagram.frames) == len(expand)
    placed = {
        frame.name: (frame, box, title.extent)
        for frame, (box, title) in zip(diagram.frames, layout.frames, strict=True)
    }
    for frame, box, title in placed.values():
        assert _inside(title, box)
        for name, shape in layout.boxes.items():
            assert _inside(shape, box) if name in frame.members else not overlap(shape, box, 0.0), name
        for inner, other, _ in placed.values():
            if set(inner.members) < set(frame.members):
                assert _inside(other, box)


def _inside(inner, outer):
    return all(
        abs(a - b) <= (long - short) / 2 + 1e-6
        for a, b, long, short in (
            (inner.x, outer.x, outer.width, inner.width),
            (inner.y, outer.y, outer.height, inner.height),
        )
    )


def test_a_block_opens_one_level_at_a_time():
    def ops(expand):
        return {operation.op for operation in detailed("layers", GRAPH, expand).operations.values()}

    assert "attention" in ops(DEPTHS[0]) and "softmax" not in ops(DEPTHS[0])
    assert "softmax" in ops(DEPTHS[1]) and "exp" not in ops(DEPTHS[1])
    assert "exp" in ops(DEPTHS[2])


@pytest.mark.parametrize("expand", [[], *DEPTHS], ids=len)
def test_what_is_opened_computes_the_same(expand):
    generator = np.random.default_rng(0)
    feeds = {name: generator.standard_normal(variable.shape) for name, variable in GRAPH.leaves.items()}
    expected = gnn.evaluate(GRAPH, feeds, outputs=GRAPH.outputs[0])
    seen = detailed("layers", GRAPH, expand)
    gnn.check(seen)
    np.testing.assert_allclose(gnn.evaluate(seen, feeds, outputs=seen.outputs[0]), expected, rtol=1e-12)


def test_a_block_that_is_inside_a_closed_one_isnt_there():
    with pytest.raises(UsageError, match=r"no block 'softmax' to open: .*multi_head_attention"):
        detailed("layers", GRAPH, ["softmax"])


def test_a_frame_over_a_stranger_is_left_out():
    shapes = tuple(Shape(name, "data", name) for name in "abc")
    frames = Frame("alone", "alone", ("a",)), Frame("shared", "shared", ("a", "c"))
    boxes = {name: Box(100.0 * number, 0.0, 40.0, 20.0, "box") for number, name in enumerate("abc")}
    drawn = tuple((Box(50.0 * n, 0.0, 60.0 + 100.0 * n, 30.0, "rounded"), Placed("x", 0.0, 0.0, 6.0)) for n in (0, 2))
    diagram, layout = honest(Diagram(shapes, (), frames=frames), Layout(300.0, 40.0, boxes, (), frames=drawn), SHEET)
    assert [frame.name for frame in diagram.frames] == ["alone"]
    assert layout.frames == drawn[:1]


def decoder(parts):
    """Equal parts that share one memory, which is computed by other equal parts."""
    encoders = [nn.Linear(4, 4) for _ in range(parts)]
    decoders = [(nn.Linear(4, 4), nn.Linear(4, 4)) for _ in range(parts)]

    def model(source, target):
        for encode in encoders:
            source = source + nn.relu(encode(source))
        for own, other in decoders:
            target = target + nn.relu(own(target) + other(source))
        return target

    return gnn.trace(model, source=gnn.input((5, 4)), target=gnn.input((5, 4)))


@pytest.mark.parametrize("view", ["layers", "compact", "blocks"])
def test_a_frame_of_what_repeats_holds_nothing_else(view):
    found = drawn(planned([decoder(6)], checked({"view": view})))
    (panel,), (layout,) = found.panels, found.layouts
    frames = continued(panel.diagram, layout.rows).frames
    assert all(frame.repeats for frame in frames) and any(frame.whole for frame in frames)
    members = [name for frame in frames for name in frame.members]
    assert len(members) == len(set(members))
    for frame, (box, _) in zip(frames, layout.frames, strict=True):
        own = {name for each in frames if each is frame or each.whole == frame.whole != "" for name in each.members}
        for shape in panel.diagram.shapes:
            assert shape.name in own or not overlap(box, layout.boxes[shape.name], 0.0), shape.name
    # Parts that touch have one outline, with one title.
    groups = [group for group in found.scene.groups if group.id.startswith("frame-")]
    assert len(groups) == len({frame.whole or frame.name for frame in frames})
