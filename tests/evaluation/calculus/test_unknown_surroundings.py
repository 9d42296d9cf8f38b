"""A function that sees what can't be compared is traced at each call: never a wrong number, and never a stale one."""

import array
import contextvars
import operator
import os
import time
from collections import deque
from functools import cached_property
from types import SimpleNamespace

import numpy as np
import pytest

import graphviz_nn as gnn

K = 1.0


class Holder:
    """One number, wherever it may be."""

    shared = 1.0

    def __init__(self):
        self.k = 1.0
        self.cell = [1.0]

    @property
    def doubled(self):
        return 2 * self.k

    @cached_property
    def once(self):
        return self.k

    def __call__(self, x):
        return self.k * x


class Inheriting(Holder):
    pass


class Slotted:
    __slots__ = ("k",)

    def __init__(self):
        self.k = 1.0


def attributed(x):
    return x * attributed.k


def cases():
    """For each place of a number: the function, and what sets it."""
    holder, slotted, queue, space = Holder(), Slotted(), deque([1.0]), SimpleNamespace(k=1.0)
    inheriting, group, raw, numbers = Inheriting(), {1.0}, bytearray(b"\x01"), array.array("d", [1.0])
    variable, cell = contextvars.ContextVar("k", default=1.0), [1.0]
    once, large = {"k": 1.0}, np.ones(300_000)
    get, frozen = once.get, (1.0, [1.0])

    def inner(x):
        return x * 1.0

    def defaulted(x, k=[1.0]):  # noqa: B006
        return x * k[0]

    def through(x):
        return defaulted(x)

    def swapped(x):
        return inner(x)

    def change_swapped(k):
        inner.__code__ = (lambda x: x * 2.0).__code__ if k == 2 else (lambda x: x * 3.0).__code__

    def change_group(k):
        group.clear()
        group.add(k)

    attributed.k = 1.0
    os.environ["GNN_K"] = "1"
    return {
        "a class": (lambda x: x * Holder.shared, lambda k: setattr(Holder, "shared", k)),
        "a class by an object": (lambda x: x * holder.shared, lambda k: setattr(Holder, "shared", k)),
        "a base": (lambda x: x * inheriting.shared, lambda k: setattr(Holder, "shared", k)),
        "an object": (lambda x: x * holder.k, lambda k: setattr(holder, "k", k)),
        "a called object": (lambda x: holder(x), lambda k: setattr(holder, "k", k)),
        "a list of an object": (lambda x: x * holder.cell[0], lambda k: operator.setitem(holder.cell, 0, k)),
        "a property": (lambda x: x * holder.doubled / 2, lambda k: setattr(holder, "k", k)),
        "vars": (lambda x: x * vars(holder)["k"], lambda k: setattr(holder, "k", k)),
        "getattr": (lambda x: x * getattr(holder, "k"), lambda k: setattr(holder, "k", k)),  # noqa: B009
        "attrgetter": (lambda x: x * operator.attrgetter("k")(holder), lambda k: setattr(holder, "k", k)),
        "slots": (lambda x: x * slotted.k, lambda k: setattr(slotted, "k", k)),
        "a namespace": (lambda x: x * space.k, lambda k: setattr(space, "k", k)),
        "a deque": (lambda x: x * queue[0], lambda k: operator.setitem(queue, 0, k)),
        "a set": (lambda x: x * max(group), change_group),
        "a bytearray": (lambda x: x * float(raw[0]), lambda k: operator.setitem(raw, 0, int(k))),
        "an array of Python": (lambda x: x * numbers[0], lambda k: operator.setitem(numbers, 0, k)),
        "an attribute of itself": (attributed, lambda k: setattr(attributed, "k", k)),
        "a mutable default": (through, lambda k: operator.setitem(defaulted.__defaults__[0], 0, k)),
        "another code": (swapped, change_swapped),
        "globals": (lambda x: x * globals()["K"], lambda k: operator.setitem(globals(), "K", k)),
        "a context variable": (lambda x: x * variable.get(), variable.set),
        "the environment": (lambda x: x * float(os.environ["GNN_K"]), lambda k: os.environ.update(GNN_K=str(k))),
        "a method of a dict": (lambda x: x * get("k"), lambda k: once.update(k=k)),
        "a list in a tuple": (lambda x: x * frozen[1][0], lambda k: operator.setitem(frozen[1], 0, k)),
        "a list": (lambda x: x * cell[0], lambda k: operator.setitem(cell, 0, k)),
        "a large array": (lambda x: x * np.sum(large[1234:1235]), lambda k: operator.setitem(large, 1234, k)),
        "a lambda in a default": (lambda x, f=lambda: cell[0]: x * f(), lambda k: operator.setitem(cell, 0, k)),
    }


NAMES = list(cases())


@pytest.mark.parametrize("name", NAMES)
def test_a_change_is_seen(name):
    function, change = cases()[name]
    gradient = gnn.grad(function)
    change(1.0 if name != "another code" else 3.0)
    gradient(1.0)
    try:
        for k in (2.0, 2.0, 3.0):
            change(k)
            assert gradient(1.0) == gradient(4.0) == k
    finally:
        change(1.0)


def test_what_counts_up_is_called_each_time():
    numbers, made = iter(range(1, 100)), (i for i in range(1, 100))
    for function in (lambda x: x * next(numbers), lambda x: x * next(made)):
        gradient = gnn.grad(function)
        assert [gradient(1.0) for _ in range(4)] == [1, 2, 3, 4]
    later = gnn.grad(lambda x: x * time.perf_counter_ns())
    assert later(1.0) < later(1.0)


def test_what_a_function_leaves_is_left_each_time():
    holder, seen = Holder(), []

    def attribute(x):
        holder.k = float(np.asarray(seen[0]))
        return x * 2

    for number in (3.0, 4.0, 5.0):
        seen[:] = [number]
        gnn.grad(attribute)(1.0)
        assert holder.k == number


def test_a_file_is_read_each_time(tmp_path):
    path = tmp_path / "k.txt"
    gradient = gnn.grad(lambda x: x * float(path.read_text()))
    for k in (1.0, 2.0, 3.0):
        path.write_text(str(k))
        assert gradient(1.0) == k


def test_the_sign_of_zero_counts(monkeypatch):
    gradient = gnn.grad(lambda x: x * np.copysign(1.0, K))
    found = []
    for k in (0.0, -0.0, 0.0):
        monkeypatch.setitem(globals(), "K", k)
        found.append(float(gradient(1.0)))
    assert found == [1, -1, 1]


KEPT = {
    "functions of NumPy": lambda x: np.sum(np.linalg.norm(x) * np.r_[1.0, 2.0] * np.pi),
    "a layer": lambda x, layer=gnn.nn.Linear(1, 1): np.sum(layer(np.reshape(x, (1,)))),
    "an inner gradient": lambda x: gnn.grad(lambda y: y**3)(x),
    "builtin functions": lambda x: sum(x * each for each in sorted(range(3)) if isinstance(each, int) and len("ab")),
    "an object": lambda x, holder=Holder(): holder(x) * holder.doubled,
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_known_is_traced_once(name, traces):
    gradient = gnn.grad(KEPT[name])
    # A layer makes its parameters at the first call.
    assert gradient(2.0) == gradient(2.0)
    del traces[:]
    gradient(3.0)
    assert traces == []
