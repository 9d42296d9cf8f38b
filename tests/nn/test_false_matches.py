"""No false matches: a recognised formula has the layer's numbers far outside the range that was tried."""

import re
from functools import cache

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import Error
from graphviz_nn.nn.formulas.meanings import MEANINGS
from graphviz_nn.nn.formulas.roles import LABELS, LEARNED, PROBABILITY, SHARES
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.live import live
from graphviz_nn.transforms.reading import Reading
from graphviz_nn.transforms.recognise import recognise
from graphviz_nn.transforms.regions import Region
from graphviz_nn.transforms.samples import Sample
from graphviz_nn.transforms.steps import Steps
from tests.nn.spellings import SPELLINGS, Spelling

SAMPLES = 200
SUM_TO_ONE = ("cross_entropy_with_logits",)
"""Losses that are defined of targets that add up to 1."""
STRICT = 8.0
"""What overflows or loses digits may do so only farther from 0."""
NUMBERS = ("0", "0", "1", "1", "2", "0.5", "-1", "6", "20", "255", "500", "0.01", "1e-3", "1e-12")
ONE = (
    *("np.exp({})", "np.log({})", "np.tanh({})", "np.abs({})", "np.sqrt({})", "np.square({})", "np.sign({})"),
    *("-{}", "(1 / {})", "np.log1p({})", "np.expm1({})", "sigmoid({})", "softmax({})", "np.sin({})"),
    *("np.maximum({}, {n})", "np.minimum({}, {n})", "np.clip({}, 0, {n})", "({} > {n}) * {}", "({} < {n}) * {}"),
    *("np.where({} > {n}, {}, {n} * {})", "{n} * {}", "({} + {n})", "({} - {n})", "({n} - {})", "({} / {n})"),
)
TWO = (
    *("({} + {})", "({} - {})", "({} * {})", "({} / {})", "np.maximum({}, {})", "np.minimum({}, {})"),
    *("np.where({0} > 0, {1}, 0)", "np.where({0} > {1}, {0}, {1})", "np.logaddexp({}, {})"),
)
WHOLE = ("np.sum({})", "np.mean({})", "np.max({})", "np.sum({}, axis=-1)", "np.mean({}, axis=0)", "(-np.sum({}))")
# What stands for what in a spelling that is nearly right.
INSTEAD = (
    *(("np.exp", "np.expm1"), ("np.exp", "np.abs"), ("np.exp", "np.square"), ("np.log", "np.log1p")),
    *(("np.maximum", "np.minimum"), ("np.maximum", "np.add"), ("np.sum", "np.mean"), ("np.mean", "np.sum")),
    *(("np.abs", "np.square"), ("np.abs", "np.exp"), ("np.tanh", "np.sin"), ("1", "1.001"), ("1", "0"), ("1", "-1")),
    *(("2", "3"), ("2", "-2"), ("0.5", "0.25"), (" 0", " 1e-3"), (" 0", " -50"), ("6", "7"), ("> 0", "> -50")),
    *(("> 0", "< 0"), (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "), ("-1", "1"), ("1e-", "1.5e-")),
)
RESTRICTED = (
    *("np.exp({})", "sigmoid({})", "softmax({})", "np.square({})", "np.abs({})", "np.sqrt(np.sum({} * {}))"),
    *(
        "(2 + np.tanh({}))",
        "np.maximum({}, 1)",
        "np.clip({}, -3, 3)",
        "np.log({})",
        "np.sqrt({})",
        "np.minimum({}, 90)",
    ),
)


@cache
def wide(roles, shapes, sums):
    """Normal numbers times 1e-2 to 1e2, a third of them whole, so that there are ties; shares may have to sum to 1."""
    random = np.random.default_rng(7)
    found = []
    for number in range(SAMPLES):
        arrays = []
        scale = 10.0 ** random.uniform(-2, 2)
        for role, shape in zip(roles, shapes, strict=True):
            if role is LABELS:
                arrays.append(random.integers(0, max(min(shapes[0], default=1), 1), shape))
            elif role in (PROBABILITY, SHARES):
                array = random.uniform(0.001, 0.999, shape)
                arrays.append(array / array.sum(axis=-1, keepdims=True) if sums and role is SHARES and shape else array)
            else:
                array = random.normal(size=shape) * (scale if role is not LEARNED else 1.0)
                arrays.append(np.round(array) if number % 3 == 0 else array)
        found.append(arrays)
    return found


def agree(written, layer, meaning, arrays):
    """Whether both give the same; where a layer may fail as written, that it does so far from 0 doesn't count."""
    try:
        with np.errstate(all="ignore"):
            defined, found = np.asarray(layer(*arrays)), np.asarray(written(*arrays))
    except (Error, ValueError, IndexError, TypeError):
        return False
    if found.size != defined.size:
        return False
    found, defined = found.ravel(), defined.ravel()
    told, tolerance = np.isfinite(defined), 1e-6
    far = meaning.replaces and max(np.abs(each).max() for each in arrays) > STRICT
    if far:
        told, tolerance = told & np.isfinite(found), 0.05
    return np.allclose(found[told], defined[told], rtol=tolerance, atol=1e-9 if not far else 1e-4)


def wrong(graph):
    """The layers in what this folds to that don't give their numbers; and how many layers there are."""
    known = {each.layer for each in MEANINGS} - {operation.op for operation in graph.operations.values()}
    names, found = [], 0
    seen = recognise(fold(live(graph)))
    for name, operation in seen.operations.items():
        if operation.op not in known or operation.body is None:
            continue
        found += 1
        if not any(
            is_layer(operation, list(seen.arguments(name).values()), each)
            for each in MEANINGS
            if each.layer == operation.op
        ):
            names.append(operation.op)
    return names, found


def is_layer(operation, arguments, meaning):
    """Whether what an operation was made of gives a layer's numbers; the target may be a plain number there."""
    body = operation.written or operation.body
    shapes = tuple(body.variables[name].shape for name in arguments)
    reading = Reading(body)
    (result,) = body.outputs
    order = [name for name in reading.order() if reading.producer[result] != name]
    # What only keeps a logarithm from failing belongs to a layer.
    steps = Steps(reading, Region((*order, reading.producer[result])), softened=meaning.guarded)
    plain = len(meaning.roles) - len(arguments)
    if plain not in (0, 1):
        return False

    def written(*arrays):
        return steps.run(dict(zip(arguments, arrays, strict=True)))

    def defined(number, fixed):
        options = {} if number is None else {meaning.number: number}
        return lambda *arrays: meaning.definition(*arrays, *fixed, **options)

    return any(
        all(
            agree(written, defined(number, fixed), meaning, arrays)
            for arrays in wide(meaning.roles[: len(shapes)], shapes, meaning.layer in SUM_TO_ONE)
        )
        for number in ((0.0, *steps.numbers) if meaning.number else (None,))
        for fixed in ([[each] for each in fixed_targets(steps, body, meaning)] if plain else [[]])
    )


def fixed_targets(steps, body, meaning):
    """What a target may be that is no argument: a plain number, or the right classes in an index."""
    if meaning.roles[-1] is not LABELS:
        return steps.numbers
    indices = [each.attributes["index"] for each in body.operations.values() if each.op == "getitem"]
    pairs = [index for index in indices if len(index) == 2 and all(isinstance(each, tuple) for each in index)]
    return [np.array(each) for index in pairs for each in index if each != tuple(range(len(each)))]


def traced(source, shapes):
    """The graph of a spelling, however odd; None where NumPy or the tracer refuses it."""
    try:
        with np.errstate(all="ignore"):
            return Spelling(source, "", shapes).graph()
    except (Error, ValueError, TypeError, IndexError, AttributeError, ZeroDivisionError, SyntaxError):
        return None


def composed(random):
    """Two to six steps over arguments with roles."""
    shape = [(), (4,), (6, 4)][random.integers(3)]
    shapes = dict.fromkeys(
        [["z"], ["s", "y"], ["p", "y"], ["a", "y"], ["p", "q"], ["z", "g"]][random.integers(6)], shape
    )
    pool, steps = list(shapes), []
    for _ in range(random.integers(2, 7)):
        kind = (ONE, ONE, TWO, TWO, WHOLE)[random.integers(5)]
        form = kind[random.integers(len(kind))]
        first = pool[-1] if random.random() < 0.7 else pool[random.integers(len(pool))]
        second = pool[random.integers(len(pool))]
        number = NUMBERS[random.integers(len(NUMBERS))]
        written = form.format(first, second) if kind is TWO else form.replace("{}", first).replace("{n}", number)
        steps.append(f"(v{len(steps)} := {written})")
        pool.append(f"v{len(steps) - 1}")
    return f"({', '.join(steps)})[-1]", shapes


def mutated(random):
    """A spelling with one or two things changed, or of arguments that can't be everything."""
    row = SPELLINGS[random.integers(len(SPELLINGS))]
    source = row.source
    for _ in range(random.integers(1, 3)):
        fitting = [pair for pair in INSTEAD if pair[0] in source]
        if fitting and random.random() < 0.7:
            before, after = fitting[random.integers(len(fitting))]
            places = [found.start() for found in re.finditer(re.escape(before), source)]
            place = places[random.integers(len(places))]
            source = source[:place] + after + source[place + len(before) :]
        else:
            name = list(row.shapes)[random.integers(len(row.shapes))]
            instead = RESTRICTED[random.integers(len(RESTRICTED))].replace("{}", name)
            source = f"let({instead}, lambda {name}: {source})"
    return source, row.shapes


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("make", [composed, mutated])
def test_what_is_called_a_layer_gives_its_numbers(make, seed):
    random = np.random.default_rng(seed)
    layers = tried = 0
    for _ in range(80):
        source, shapes = make(random)
        graph = traced(source, shapes)
        if graph is None:
            continue
        tried += 1
        names, found = wrong(graph)
        assert not names, f"{source} of {shapes}"
        layers += found
    assert tried > 40
    assert layers > 5


@pytest.mark.parametrize("number", [1.0, 0.02, 300.0])
@pytest.mark.parametrize("meaning", [each for each in MEANINGS if not each.guarded], ids=lambda each: each.layer)
def test_layers_are_tried_on_both_sides_of_every_bend(meaning, number):
    """Also huber far from 1 and close to it: what is drawn is as wide as its number."""
    names = [f"z{i}" for i, _ in enumerate(meaning.roles)]
    options = {meaning.number: number} if meaning.number else {}
    scope = {"function": meaning.definition, "options": options}
    function = eval(f"lambda {', '.join(names)}: function({', '.join(names)}, **options)", scope)
    shape = (6, 4) if len(names) == 1 or "softmax" in meaning.layer or "cross" in meaning.layer else ()
    graph = gnn.trace(function, **{name: gnn.input(shape) for name in names})
    reading = Reading(graph)
    steps = Steps(reading, Region(tuple(reading.order())))
    sample = Sample.of(meaning.roles, (shape,) * len(names))
    taken = set()
    for draw in sample.draws(meaning, [number]):
        steps.value(names, sample.arrays(draw), taken)
    assert len(taken) == 2 * steps.ways


@pytest.mark.parametrize(
    ("step", "shape"),
    [
        (lambda x: x[0], (1,)),
        (lambda x: x[..., 0], (1, 1)),
        (lambda x: np.max(x), (1,)),
        (lambda x: np.max(x, axis=-1), (3, 1)),
        (lambda x: np.abs(np.abs(x[0])) * 1, (1,)),
    ],
)
def test_what_changes_no_number_is_no_layer(step, shape):
    graph = gnn.trace(lambda x: np.sin(step(np.cosh(x))), x=gnn.input(shape))
    assert [each.op for each in recognise(graph).operations.values()] == [each.op for each in graph.operations.values()]


def test_what_is_solved_of_one_entry_is_drawn():
    def distance(S, v):
        return v @ np.linalg.solve(S, v) + np.log(np.linalg.det(S))

    graph = gnn.trace(distance, S=gnn.parameter((1, 1)), v=gnn.input(1))
    feeds = {"S": [[4.0]], "v": [2.0]}
    for view in ("operations", "layers", "compact", "arrows"):
        drawn = gnn.draw(graph, view=view).graph
        assert gnn.evaluate(drawn, feeds)[drawn.outputs[0]] == pytest.approx(1 + np.log(4.0))
