"""Every strategy to fit a page: its result fits, and a remark describes the change."""

import warnings

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli import main
from graphviz_nn.figure import pipeline
from graphviz_nn.figure.fitting import STRATEGIES, folded
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.plan import planned

WIDTHS = (60.0, 120.0, 200.0, 300.0, 450.0, 700.0)


def chain(x, W):
    return np.tanh(W @ np.tanh(W @ np.tanh(W @ np.tanh(W @ x))))


GRAPH = gnn.trace(chain, x=gnn.input(2), W=gnn.parameter((2, 2)))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda each: each.__name__)
def test_what_fits_says_what_was_changed(strategy, direction, monkeypatch):
    monkeypatch.setattr(pipeline, "STRATEGIES", (strategy,))
    fitting = 0
    for width in WIDTHS:
        plan = planned([GRAPH], checked({"width": width, "direction": direction, "view": "layers"}))
        changes = [change for _, change in strategy(plan)]
        found = pipeline.drawn(plan, folding=False) if changes else None
        if found is not None:
            assert found.scene.width <= width + 1e-6
            assert plan.page.letters(found.scene) >= plan.look.sheet.text.least_size - 1e-6
            assert any(not change or each.startswith(change) for change in changes for each in ("", *found.noticed))
            fitting += 1
    assert fitting or (strategy.__name__, direction) == ("turned", "TB")


LAYERS = [layer for size in range(2, 12) for layer in (nn.Linear(size, size + 1), nn.Tanh())]
DEEP = gnn.trace(nn.Sequential(*LAYERS), x=gnn.input(2))


def changed(caplog, **options):
    """The picture, and what a script is told about it."""
    with caplog.at_level("WARNING", "graphviz_nn"), warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = gnn.draw(DEEP, view="layers", **options)
    return picture, [record.getMessage() for record in caplog.records]


FOLDS = {
    "operations": ["folded to functions", "folded to layers", "folded to merged", "drawn as view='compact'"],
    "layers": ["folded to merged", "drawn as view='compact'"],
    "compact": ["folded to merged"],
    "arrows": ["folded to merged"],
}


@pytest.mark.parametrize("view", FOLDS)
@pytest.mark.parametrize("repeats", ["fold", "show"])
def test_a_view_folds_further_and_further(view, repeats):
    """Equal parts only if these may fold; what is compact is the last."""
    plan = planned([GRAPH], checked({"width": 200.0, "view": view, "repeats": repeats}))
    plans = {change: further for further, change in folded(plan)}
    assert list(plans) == ["all equal parts folded"] * (repeats == "fold") + FOLDS[view]
    assert {each.views[0].repeats for each in plans.values()} == {"fold all" if repeats == "fold" else "show"}
    assert not list(folded(planned([GRAPH], checked({"view": view}))))


def test_a_script_is_told_what_was_changed_by_a_line_that_is_no_warning(caplog):
    picture, told = changed(caplog, width="slide")
    (line,) = told
    remarks = [remark for remark in picture.remarks if "so that it fits its width" in remark]
    assert remarks
    assert all(remark.removesuffix(", so that it fits its width") in line for remark in remarks)


@pytest.mark.parametrize("options", [{}, {"width": "30 cm", "style": "column"}, {"width": "300 cm"}])
def test_nothing_is_told_where_nothing_was_changed(caplog, options):
    picture, told = changed(caplog, **options)
    assert told == [] == [remark for remark in picture.remarks if "so that it fits" in remark]


def test_a_program_that_prints_the_remarks_is_told_nothing(caplog, tmp_path, capsys):
    path = tmp_path / "deep.json"
    gnn.save(DEEP, path)
    arguments = ["draw", str(path), "--view", "layers", "--width", "slide"]
    assert main([*arguments, "-o", str(tmp_path / "deep.svg")]) == 0
    assert "so that it fits its width" in capsys.readouterr().err
    assert caplog.records == []


def test_a_picture_drawn_again_says_nothing_twice(caplog):
    picture, told = changed(caplog, width="slide")
    picture.again(style="dark")
    assert [record.getMessage() for record in caplog.records] == told
