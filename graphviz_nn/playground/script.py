"""A training as a Python script that does the same again: same numbers, same figure.

Only numbers, names of this package and literals are written into the code; a graph or many data of the user are in
files beside it.
"""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.graph.file import to_document
from graphviz_nn.playground.changes import changes_for_fit, penalties
from graphviz_nn.playground.choices import OWN
from graphviz_nn.playground.course import Course
from graphviz_nn.playground.networks import computes_features, shapes
from graphviz_nn.playground.state import State
from graphviz_nn.playground.subject import Subject, noise_of, parts

FEW = 2_000
"""The most numbers of the user's data that are literals in the script."""
PLAIN = ("units",)
"""The views that write no gradients."""
GRAPH, DATA, SCRIPT = "model.json", "data.npz", "playground.py"
"""The names of the files."""
TEXT = '''\
"""A training of the playground of graphviz_nn: it prints the losses, and draws the figure.

Run it with Python, in an environment with graphviz_nn.
"""
'''


def script(subject: Subject, course: Course, page: State, given: Data | None) -> tuple[str, dict[str, bytes]]:
    """The code, and the files that it reads, by name.

    Parameters
    ----------
    page : State
        The state, with the step that was reached.
    given : Data, optional
        The user's data.
    """
    files = _files(subject, page, given)
    blocks = (
        _imports(subject, files),
        _graph(subject, page),
        _data(page, given, subject),
        _training(subject, course, page),
        _figure(page, subject.model.together.count),
    )
    return "\n".join([TEXT, *("\n".join(block) + "\n" for block in blocks)]), files


def options_of(page: State) -> dict[str, Any]:
    """The options of the figure, for `draw`."""
    is_numbered = page.example is not None and page.view not in PLAIN
    return {"view": page.view, **({"show": "gradients"} if is_numbered else {})}


def _imports(subject: Subject, files: dict[str, bytes]) -> Iterator[str]:
    if files:
        yield from ("from pathlib import Path", "")
    if DATA in files:
        yield from ("import numpy as np", "")
    yield "import graphviz_nn as gnn"
    if not subject.own:
        yield "from graphviz_nn import nn"


def _files(subject: Subject, page: State, given: Data | None) -> dict[str, bytes]:
    found = {}
    if subject.own:
        found[GRAPH] = (json.dumps(to_document(subject.graph), indent=1, allow_nan=False) + "\n").encode()
    if page.data == OWN and given is not None and given.inputs.size > FEW:
        buffer = BytesIO()
        np.savez(buffer, inputs=given.inputs, targets=given.targets)
        found[DATA] = buffer.getvalue()
    return found


def _graph(subject: Subject, page: State) -> Iterator[str]:
    if subject.own:
        yield f"graph = gnn.load(Path(__file__).with_name({GRAPH!r}))"
        return
    columns, outputs = subject.train.inputs.shape[1], subject.outputs
    parameters = shapes(page, columns, outputs)
    yield ""
    yield f"def loss(x, y, {', '.join(parameters)}):"
    a, layers = "x", len(page.hidden) + 1
    if computes_features(page, columns):
        a = "phi"
        yield f"    phi = nn.features(x, {', '.join(map(repr, page.features))})"
    for number in range(1, layers + 1):
        yield f"    z{number} = nn.linear({a}, W{number}, b{number})"
        a = f"z{number}"
        if number < layers and page.activation != "linear":
            a = f"a{number}"
            yield f"    {a} = nn.{page.activation}(z{number})"
    if page.problem == "regression":
        yield f"    return nn.squared_error({a}, y)"
    else:
        yield f"    p = nn.softmax({a})"
        yield "    return nn.cross_entropy(p, y)"
    yield from ("", "")
    yield "shapes = {"
    yield from (f"    {name!r}: {shape!r}," for name, shape in parameters.items())
    yield "}"
    yield "parameters = {name: gnn.parameter(shape) for name, shape in shapes.items()}"
    yield f"graph = gnn.trace(loss, x=gnn.input({columns}), y=gnn.target({outputs}), **parameters)"


def _data(page: State, given: Data | None, subject: Subject) -> Iterator[str]:
    if page.data != OWN or given is None:
        yield f"data = gnn.data.{page.data}(n={page.n}, noise={noise_of(page)!r}, seed={page.data_seed})"
    else:
        names = f"names={given.names!r}, classes={given.classes!r}"
        if given.inputs.size > FEW:
            yield f"arrays = np.load(Path(__file__).with_name({DATA!r}))"
            yield f'data = gnn.data.Data(arrays["inputs"], arrays["targets"], {names})'
        else:
            yield "inputs = ["
            yield from (f"    {row!r}," for row in given.inputs.tolist())
            yield "]"
            yield f"targets = {given.targets.tolist()!r}"
            yield f"data = gnn.data.Data(inputs, targets, {names})"
    if subject.test is None:
        yield "train, test = data, None"
    else:
        share = parts(len(subject.train) + len(subject.test), page.test, subject.model.together.count)
        yield f"train, test = data.split({share!r}, seed={page.data_seed})"


def _training(subject: Subject, course: Course, page: State) -> Iterator[str]:
    changes = changes_for_fit(page.changes, page.regularisation, page.regularisation_rate)
    done = [
        (*row[:2], course.size(row[2])) if row[1] == "batch_size" else row for row in changes if row[0] <= page.step
    ]
    options: dict[str, Any] = {
        "steps": page.step,
        "rate": page.rate,
        "batch_size": course.size(page.batch_size),
        "optimizer": page.optimizer,
        **penalties(page.regularisation, page.regularisation_rate),
        "seed": page.seed,
    }
    yield "training = gnn.fit("
    yield "    graph,"
    yield "    train,"
    yield "    test=test,"
    yield from (f"    {name}={value!r}," for name, value in options.items())
    if done:
        yield "    changes=["
        yield from (f"        {row!r}," for row in done)
        yield "    ],"
    yield ")"
    yield "last = {name: float(values[-1]) for name, values in training.history.items()}"
    yield "print(f\"step {last['step']:.0f}: loss {last['loss']!r}, test loss {last.get('test_loss')!r}\")"


def _figure(page: State, together: int) -> Iterator[str]:
    options = [f"{name}={value!r}" for name, value in options_of(page).items()]
    if page.example is not None:
        of, index = page.example
        yield f"examples = gnn.training.feeds(graph, {of})"
        yield f"feeds = {{name: each[{index // together}] for name, each in examples.items()}}"
        options.append("feeds=feeds")
    yield f'gnn.draw(training.graph_at(-1), "playground.svg", {", ".join(options)})'
