"""Everything that the engine of a page is told about its model, as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from graphviz_nn.data import Data
from graphviz_nn.errors import Error, UsageError
from graphviz_nn.graph.ir import Graph
from graphviz_nn.playground.choices import VIEWS
from graphviz_nn.playground.course import Course
from graphviz_nn.playground.example import Examples
from graphviz_nn.playground.frames import Frames
from graphviz_nn.playground.handed.programs import Programs, compact, sent
from graphviz_nn.playground.handed.walks import walks
from graphviz_nn.playground.packing import packed
from graphviz_nn.playground.pictures import alive
from graphviz_nn.playground.responses import BOUNDED, POINTS, SMALL, Responses
from graphviz_nn.playground.screen import NUMBERS
from graphviz_nn.playground.shown import model_of
from graphviz_nn.playground.state import EFFECTS, State, described
from graphviz_nn.playground.subject import Subject
from graphviz_nn.training.batches import steps_of_a_pass
from graphviz_nn.training.objective import Objective
from graphviz_nn.training.targets import ENCODINGS, examples, input_feeds

OFFERED = (
    "rate",
    "batch_size",
    "regularisation",
    "regularisation_rate",
    "optimizer",
    "view",
    "speed",
    "discretise",
    "show_test",
)
"""The fields that the page can set."""
TOLD = ("seed", "step", "changes", "example")
"""Other fields of its state."""
ACTIONS = ("open", "set", "play", "pause", "step", "back", "reset", "edit", "shown", "example", "last_good", "walk")
SIZES = (1, 5, 10, 20, 50, 100)
"""The sizes of batches for which a page has programs, and all examples."""


def contents(subject: Subject, page: State, name: str) -> tuple[list[str], dict[str, Any]]:
    """The sources of a page's programs, and what its engine is told.

    Raises
    ------
    UsageError
        If the graph takes several examples at once, or draws numbers that a page can't draw.
    GraphError
        If JavaScript has no kernel of an operation.
    """
    model, programs, frames = subject.model, Programs(), Frames(subject, 1)
    if model.together.count > 1:
        raise UsageError(
            f"the graph takes {model.together.count} examples at once; a page trains one at a time in any batch: "
            "trace it for one example"
        )
    page = page.with_field("batch_size", min(page.batch_size, len(subject.train)))
    sizes = sorted({*(n for n in (*SIZES, page.batch_size) if n < len(subject.train)), len(subject.train)})
    pictures = _pictures(subject.graph)
    if page.view not in pictures:
        page = page.with_field("view", next(iter(pictures)))
    shown = {**model_of(frames, page, name), "views": list(pictures)}
    told = {
        "state": {name: each for name, each in page.json().items() if name in (*OFFERED, *TOLD, "version")},
        "choices": _choices(page, sizes, pictures),
        "model": packed(_without_inputs(shown, model.inputs)),
        "pictures": packed(pictures),
        "layout": [[each, list(shape)] for each, shape in subject.layout.shapes.items()],
        "start": sent(Course(subject, page).stepper.state.parameters),
        "users": {each: next(iter(model.whole.successors(each)), each) for each in subject.layout.shapes},
        "train": _part(subject, subject.train, subject.objective, programs),
        "test": None if subject.test is None else _part(subject, subject.test, subject.tested, programs),
        "gradients": {
            str(size): programs.add(subject.objective.program(size, measured=False))
            for size in sorted(_lengths(len(subject.train), sizes))
        },
        "encoding": next((key for key, each in ENCODINGS.items() if each is subject.objective.encoded), None),
        "classes": list(subject.train.classes),
        "example": _example(frames.examples, pictures, programs),
        "walks": walks(subject.graph, model.loss, pictures, programs),
        **_plane(frames.responses, shown, programs),
        "programs": programs.told,
    }
    return programs.sources, told


def _lengths(count: int, sizes: list[int]) -> set[int]:
    """How many examples there are in the batches of these sizes."""
    return set(sizes) | {count - (steps_of_a_pass(count, size) - 1) * size for size in sizes}


def _without_inputs(shown: Mapping[str, Any], inputs: tuple[str, ...]) -> dict[str, Any]:
    """A model without a picture, and without the inputs of the data if the engine has them in this order, too."""
    found = {key: value for key, value in shown.items() if key != "picture"}
    if len(inputs) == 1:
        found["data"] = {of: {**each, "inputs": {"of": inputs[0]}} for of, each in found["data"].items()}
    return found


def _choices(page: State, sizes: list[int], pictures: Mapping[str, Any]) -> dict[str, Any]:
    """What can be set, and the fields as they are where a link doesn't tell them."""
    every, start = described(), page.json()
    found: dict[str, Any] = {name: dict(every[name]) for name in OFFERED}
    found["view"]["words"] = list(pictures)
    found["batch_size"] = {"kind": "choice", "words": sizes, "effect": EFFECTS["batch_size"]}
    found |= {name: {} for name in TOLD if name != "seed"}
    return {**{name: {**each, "default": start[name]} for name, each in found.items()}, "actions": list(ACTIONS)}


def _pictures(graph: Graph) -> dict[str, Any]:
    """The picture of each view, with room for the numbers of an example.

    Raises
    ------
    UsageError
        If no view can show the model.
    """
    found = dict[str, Any]()
    for view in VIEWS:
        try:
            found[view] = alive(graph, view, show=NUMBERS)
        except Error as error:
            last = error
    if not found:
        raise last
    return found


def _part(subject: Subject, data: Data, objective: Objective | None, programs: Programs) -> dict[str, Any]:
    assert objective is not None
    arrays = examples(subject.model, data)
    kept = "classes" if data.classes else "targets"
    return {
        "count": len(data),
        "arrays": {name: compact(np.asarray(each)) for name, each in arrays.items()},
        kept: data.targets.tolist(),
        "loss": programs.add(objective.program(len(data), measured=True)),
    }


def _example(made: Examples, views: Iterable[str], programs: Programs) -> dict[str, Any]:
    """The programs of one example: its loss and prediction, and the values and gradients of what each view draws."""
    outputs, found = made.measures.outputs, dict[str, Any]()
    for view in views:
        computed = made.computed(view)
        places = {name: place for place, name in enumerate(computed.program.outputs)}
        found[view] = {
            "program": programs.add(computed.program),
            "values": {name: places[name] for name in computed.shown},
            "gradients": {name: places[slope] for name, slope in computed.slopes.items()},
        }
    prediction = made.subject.model.prediction
    return {
        "program": programs.add(made.measures),
        "prediction": outputs.index(prediction) if prediction in outputs else None,
        "views": found,
    }


def _plane(responses: Responses, shown: Mapping[str, Any], programs: Programs) -> dict[str, Any]:
    if responses.why_not:
        return {"plane": None, "units": None}
    model, subject = responses.model, responses.subject
    computed = [name for name in responses.units if name not in model.inputs]
    # Which column of the plane is where in each input.
    columns = input_feeds(model, np.array([[0.0, 1.0]]), tuple(subject.train.names))
    plane = shown["plane"]
    variables = [
        {
            "name": name,
            "units": count,
            "place": computed.index(name) if name in computed else None,
            "scale": _scale(responses, name),
        }
        for name, count in responses.units.items()
    ]
    small = programs.add(model.program(computed[0], SMALL**2, *computed[1:])) if computed else None
    return {
        "plane": {
            **{key: plane[key] for key in ("low", "high", "points", "shows")},
            "range": plane.get("range"),
            "feeds": {name: np.asarray(each).ravel().astype(int).tolist() for name, each in columns.items()},
            "program": programs.add(model.program(model.prediction, POINTS**2)),
        },
        "units": {"program": small, "points": SMALL, "variables": variables},
    }


def _scale(responses: Responses, name: str) -> str:
    """Whether the responses of a variable are within 1, or on one scale, or each on its own."""
    producer = responses.model.layers.producer(name)
    op = responses.model.layers.operation(producer).op if producer else ""
    return "one" if op in BOUNDED else "own" if op in ("", "features") else "all"
