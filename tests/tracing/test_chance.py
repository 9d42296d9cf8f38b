"""Random numbers drawn while tracing are detected, from every source; those of gnn.random aren't."""

import random
import secrets
import sys
from functools import partial

import numpy as np
import pytest
from frameworks import needs

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import FrozenWarning

make = np.random.default_rng
RNG = np.random.default_rng(0)
LEGACY = np.random.RandomState(0)
PYTHON = random.Random(0)


def noise_of_a_module():
    return RNG.normal(size=3)


class Noisy:
    def __init__(self):
        self.rng = np.random.default_rng(1)

    def forward(self, x):
        return x + self.rng.normal(size=3)

    def __call__(self, x):
        return self.forward(x)


def made_inside(x):
    rng = np.random.default_rng(0)
    return x * rng.random(3)


def a_number_of_one_made_inside(x):
    rng = np.random.default_rng(0)
    return x * rng.random()


def as_an_argument(x, rng):
    return x + rng.random(3)


def by_default(x, rng=np.random.default_rng(2)):
    return x + rng.random(3)


def noise_of_its_own():
    return np.random.default_rng().normal(size=3)


def seeded_noise_of_its_own():
    rng = np.random.Generator(np.random.PCG64(2))
    return rng.normal(size=3)


def noise_of_a_helper():
    return 2 * noise_of_its_own()


def draws():
    rng = make(7)
    while True:
        yield rng.normal(size=3)


def imported_inside(x):
    from numpy.random import default_rng as inner

    return x + inner(1).normal(size=3)


def defined_inside(x):
    def noise():
        return np.random.default_rng(1).normal(size=3)

    return x + noise()


def made_by_a_closure():
    maker = np.random.default_rng

    def noise():
        return maker(1).normal(size=3)

    return lambda x: x + noise()


class Maker:
    def forward(self, x):
        return x + self.noise()

    def noise(self):
        return np.random.default_rng(1).normal(size=3)

    @staticmethod
    def static():
        return np.random.default_rng(1).normal(size=3)


class Slotted:
    __slots__ = ("rng",)

    def __init__(self):
        self.rng = np.random.default_rng(1)

    def forward(self, x):
        return x + self.rng.normal(size=3)


class Stateless(random.Random):
    def getstate(self):
        raise NotImplementedError("no state")


SYSTEM = random.SystemRandom()
STATELESS = Stateless(1)
DRAWS = draws()
CLOSED = np.random.default_rng(3)
DRAWN = random.Random(6).random

DRAWING = {
    "rand": lambda x: x * np.random.rand(3),
    "legacy mask": lambda x: x * (np.random.uniform(size=3) < 0.5) / 0.5,
    "shuffled": lambda x: x[np.random.permutation(3)],
    "python": lambda x: x * random.random(),
    "python's shuffle": lambda x: x[random.sample([0, 1, 2], 3)],
    "generator of the module": lambda x: x + RNG.normal(size=3),
    "legacy generator": lambda x: x + LEGACY.rand(3),
    "python's generator": lambda x: x * PYTHON.gauss(0, 1),
    "in a helper": lambda x: x + noise_of_a_module(),
    "in an object": Noisy().forward,
    "a callable object": Noisy(),
    "made inside": made_inside,
    "a number of one made inside": a_number_of_one_made_inside,
    "made in a helper": lambda x: x + noise_of_its_own(),
    "seeded in a helper": lambda x: x + seeded_noise_of_its_own(),
    "made in a helper of a helper": lambda x: x + noise_of_a_helper(),
    "made in a helper and a number": lambda x: x * (lambda: np.random.RandomState(1).normal())(),
    "made in a method": Maker().forward,
    "made in a method of another object": lambda x: x + Maker().noise(),
    "made in a static method": lambda x: x + Maker.static(),
    "made in a function defined inside": defined_inside,
    "made by another name": lambda x: x + make(1).normal(size=3),
    "imported inside": imported_inside,
    "made by what a closure holds": made_by_a_closure(),
    "of bits": lambda x: x + np.random.Generator(np.random.PCG64(2)).normal(size=3),
    "python's made at once": lambda x: x * random.Random(1).gauss(0, 1),
    "yielded": lambda x: x + next(draws()),
    "yielded by one of before": lambda x: x + next(DRAWS),
    "in slots": Slotted().forward,
    "the system's": lambda x: x * SYSTEM.random(),
    "the system's made at once": lambda x: x * random.SystemRandom().gauss(0, 1),
    "secrets": lambda x: x * secrets.randbelow(5),
    "made and used at once": lambda x: x + np.random.default_rng(0).normal(size=3),
    "made at once": lambda x: x + np.random.RandomState(0).normal(size=3),
    "an argument of a partial": partial(as_an_argument, rng=np.random.default_rng(4)),
    "a default": by_default,
    "a method of a generator": lambda x: x * DRAWN(),
    "in a closure": (lambda rng: lambda x: x + rng.normal(size=3))(CLOSED),
    "in a dict": (lambda held: lambda x: x + held["rng"].normal(size=3))({"rng": np.random.default_rng(5)}),
}
QUIET = {
    "constants": lambda x: x * np.array([1.0, 2.0, 3.0]),
    "gnn.random": lambda x: x + gnn.random(3),
    "dropout": lambda x: nn.dropout(x, 0.5, training=True),
    "a layer's first parameters": nn.Sequential(nn.Linear(3, 3), nn.Tanh()),
    "a helper that isn't called": lambda x: x if x.shape else x + noise_of_its_own(),
    "the system's that isn't drawn from": lambda x: x * (1.0 if SYSTEM is None else 2.0),
    "secrets of which nothing is drawn": lambda x: x * (1.0 if secrets.choice is None else 2.0),
    "a source without state": lambda x: x * STATELESS.random(),
    "a generator that isn't drawn from": lambda x: x * (1.0 if RNG is None else 2.0),
}


def rules(graph):
    return [finding.rule for finding in gnn.lint(graph)]


@pytest.mark.parametrize("name", DRAWING)
def test_what_was_drawn_is_told(name):
    graph = gnn.trace(DRAWING[name], x=gnn.input(3))
    gnn.check(graph)
    [finding] = [each for each in gnn.lint(graph) if each.rule == "frozen_random"]
    assert "graphviz_nn.random" in finding.remedy
    assert name == "a callable object" or finding.source is not None


@pytest.mark.parametrize("name", QUIET)
def test_what_wasnt_drawn_isnt(name):
    assert "frozen_random" not in rules(gnn.trace(QUIET[name], x=gnn.input(3)))


def test_tracing_draws_nothing_itself():
    before = np.random.get_state()[1].tolist(), random.getstate(), RNG.bit_generator.state
    gnn.trace(QUIET["gnn.random"], x=gnn.input(3))
    assert before == (np.random.get_state()[1].tolist(), random.getstate(), RNG.bit_generator.state)


def test_a_profiler_stays():
    """Of a function that makes a generator somewhere else nothing is told then; one made in the model itself is."""

    def profiler(frame, event, argument):
        pass

    sys.setprofile(profiler)
    try:
        graph = gnn.trace(DRAWING["made in a helper"], x=gnn.input(3))
        told = rules(gnn.trace(made_inside, x=gnn.input(3)))
        kept = sys.getprofile()
    finally:
        sys.setprofile(None)
    assert kept is profiler
    assert "frozen_random" not in rules(graph)
    assert "frozen_random" in told


def test_no_profiler_stays_behind():
    def failing(x):
        noise_of_its_own()
        raise KeyError("no")

    gnn.trace(DRAWING["made in a helper"], x=gnn.input(3))
    assert sys.getprofile() is None
    with pytest.raises(KeyError):
        gnn.trace(failing, x=gnn.input(3))
    assert sys.getprofile() is None


def test_a_trace_in_a_trace_follows_its_own_calls():
    inner = []

    def outer(x):
        inner.append(gnn.trace(lambda y: y + seeded_noise_of_its_own(), y=gnn.input(3)))
        return x + noise_of_its_own()

    graph = gnn.trace(outer, x=gnn.input(3))
    assert "frozen_random" in rules(inner[0])
    assert "frozen_random" in rules(graph)
    assert sys.getprofile() is None


@needs("torch")
def test_pytorchs_numbers_are_told():
    import torch

    graph = gnn.trace(lambda x: x * torch.rand(3).numpy(), x=gnn.input(3))
    [(name, _)] = graph.graph["frozen"]
    assert name == "torch"


def test_it_is_kept_in_files_and_by_what_is_made_of_the_graph(tmp_path):
    graph = gnn.trace(lambda x, w: np.sum(x * w * np.random.rand(3)), x=gnn.input(3), w=gnn.parameter(3))
    again = gnn.load(gnn.save(graph, tmp_path / "graph.json"))
    assert again.graph["frozen"] == graph.graph["frozen"]
    assert "frozen_random" in rules(gnn.gradient(again))
    assert "frozen_random" in rules(gnn.batch(again, size=4))


def test_fit_warns():
    def loss(x, y, w):
        return np.sum((x * w * (np.random.rand(2) < 0.5) - y) ** 2)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), w=gnn.parameter(2))
    data = gnn.data.arrays(np.ones((4, 2)), np.ones((4, 2)))
    with pytest.warns(FrozenWarning, match=r"test_chance\.py:\d+: .* drew random numbers from np\.random"):
        gnn.fit(graph, data, steps=2, progress=False)
