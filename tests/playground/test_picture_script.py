"""The script of live pictures writes numbers and paints weights exactly as this package does."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms.diagram import Link
from graphviz_nn.layout.grid import grid
from graphviz_nn.layout.measure import typeset
from graphviz_nn.playground.lettering import letters
from graphviz_nn.playground.pictures import alive
from graphviz_nn.scene.paint import paint
from graphviz_nn.style.numbers import array, number
from graphviz_nn.style.sheet import load

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node on the PATH")
PAGE = Path(gnn.__file__).parent / "playground" / "page"
SPELLED = {"{-}": "-", r"{\cdot}": "·", r"\infty": "∞", r"\mathrm{": "", r"\ ": " ", r"\ldots": "…", "^{": "^", "}": ""}


@pytest.fixture
def ran(tmp_path):
    """What an expression gives for each of some rows, computed with the modules of the page."""
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("lettering.js", "paint.js"):
        shutil.copy(PAGE / name, tmp_path)
    imports = (
        'import * as l from "./lettering.js"; import * as p from "./paint.js"; import {readFileSync} from "node:fs";'
    )
    # JSON has no infinities.
    reading = "const rows = JSON.parse(readFileSync(0)); const numbers = (a) => a.map(Number);"

    def run(expression, rows):
        script = f"{imports}{reading}console.log(JSON.stringify(rows.map((row) => {expression})));"
        (tmp_path / "main.js").write_text(script)
        given = json.dumps(rows)
        done = subprocess.run([NODE, tmp_path / "main.js"], input=given, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr
        return json.loads(done.stdout)

    return run


def plain(tex):
    """TeX of a number as the script spells it."""
    for old, new in SPELLED.items():
        tex = tex.replace(old, new)
    return tex


def spelled(values):
    return [{np.inf: "Infinity", -np.inf: "-Infinity"}.get(each, each if each == each else "NaN") for each in values]


HARD = [0.0, -0.0, 0.1 + 0.2, 0.5, 12.25, 1234.5, 1235.5, 9999.5, 999.5, 1e-5, -2.5e-7, -1e20, 1 / 3, np.nan, np.inf]
HARD += [-np.inf, 1.0625, 1.1875, 0.00012345, 99950.0, 5e-324, 1.7976931348623157e308, 0.0625, 100000.0, 123456.0]


def test_numbers_have_the_same_digits(ran):
    rng = np.random.default_rng(0)
    values = [*HARD, *(rng.normal(size=400) * 10.0 ** rng.integers(-9, 9, 400)), *(rng.integers(-4000, 4000, 200) / 32)]
    assert ran("l.number(Number(row))", spelled(values)) == [plain(number(float(each))) for each in values]


def arrays():
    rng = np.random.default_rng(1)
    for number_ in range(300):
        shape = [(3,), (2, 2), (6,), (1,), (9,), (2, 5), (1, 1), (2, 1)][number_ % 8]
        found = rng.normal(size=shape) * 10.0 ** rng.integers(-5, 4)
        if number_ % 3 == 0:
            found = np.round(found, 1)
        if number_ % 7 == 0:
            found.flat[0] = rng.choice([np.nan, np.inf, -np.inf, 0.0, 1e-18])
        yield found
    yield from (np.full(9, 2.5), np.zeros((2, 2)), np.zeros(0))


def test_arrays_have_the_same_rows_and_decimals(ran):
    rows, expected = [], []
    for found in arrays():
        tex = array(found)
        table = grid(tex)
        if table is None:
            places = [([], "ends" if found.size > 6 else "", plain(tex).replace(r"(\,)", "( )"))]
        elif table.bracket:
            places = [(list(each.index), "", plain(each.tex)) for each in table.entries]
        else:
            places = [([], row, plain(each)) for row, (each,) in zip(("ends", "mean"), table.rows, strict=True)]
        for index, row, text in places:
            rows.append({"values": spelled(found.ravel().tolist()), "shape": found.shape, "index": index, "row": row})
            expected.append(text)
    assert ran("l.written(Float64Array.from(numbers(row.values)), row.shape, row)", rows) == expected


def test_single_precision_has_the_same_digits_where_it_says_so(ran):
    values = np.float32([0.1, 0.5123, 1 / 3, 1e-5, 16777217.0]).tolist()
    told = ran("l.written(Float32Array.of(row), [], {index: []})", values)
    assert told == ["0.1", "0.5123", "0.333", "10^-5", "1.68·10^7"]


def test_letters_are_as_wide_as_typeset(ran):
    texts = ["-0.512", "12.25", r"-2.5{\cdot}10^{-7}", r"-0.5\ \ldots\ 9", r"\mathrm{mean}\ 4.5", "0.000888"]
    rows = [{"text": plain(tex), "letters": letters("serif")} for tex in texts]
    for tex, found in zip(texts, ran("l.lettered(row.text, row.letters)", rows), strict=True):
        # The way to the next letter is a bit longer than the ink.
        assert found["width"] == pytest.approx(100 * typeset(tex, "serif").right, abs=8)


def test_weights_are_painted_by_the_same_rule(ran):
    rng = np.random.default_rng(2)
    network = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), nn.Softmax())
    graph = gnn.trace(network, x=gnn.input(2))
    scale = alive(graph, "units")["scale"]
    parameters = {name: rng.normal(size=graph.variable(name).shape) for name in scale["weights"]}
    most = max(float(np.abs(each).max()) for each in parameters.values())
    given = {name: each.ravel().tolist() for name, each in parameters.items()}
    (found,) = ran("p.strongest(row.parameters, row.scale)", [{"parameters": given, "scale": scale}])
    assert found == most
    weights = [*parameters["W1"].ravel().tolist(), 0.0, most, -most]
    for dark, style in enumerate(("lecture", "dark")):
        sheet = load(style)
        rows = [{"weight": each, "most": most, "scale": scale, "dark": dark} for each in weights]
        told = ran("p.painted(row.weight, row.most, row.scale, row.dark)", rows)
        for weight, look in zip(weights, told, strict=True):
            own = paint(Link("x", "y", "w", plain=True, weight=weight), most, sheet)
            assert (look["colour"], look["dash"]) == (own.colour, list(own.dash))
            assert look["width"] == pytest.approx(own.width, rel=1e-12)


def test_a_fresh_drawing_has_the_lines_of_the_script(ran):
    network = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    graph = gnn.trace(network, x=gnn.input(2))
    picture = alive(graph, "units", show="biases")
    rng = np.random.default_rng(3)
    values = {name: rng.normal(size=graph.variable(name).shape) for name in picture["scale"]["weights"]}
    changed = graph.copy()
    for name, each in values.items():
        changed.nodes[name]["data"] = replace(graph.variable(name), value=each)
    groups = gnn.draw(changed, view="units", show="biases").scene.groups
    drawn = {each.source: each.items[0] for each in groups if each.source and each.source.kind == "weight"}
    most = max(float(np.abs(each).max()) for each in values.values())
    assert len(drawn) == len(picture["lines"])
    for source, path in drawn.items():
        row = {"weight": float(values[source.of][source.index]), "most": most, "scale": picture["scale"]}
        (look,) = ran("p.painted(row.weight, row.most, row.scale, 0)", [row])
        assert (look["colour"], look["width"]) == (path.stroke, pytest.approx(path.width))
        assert tuple(look["dash"]) == path.dash
