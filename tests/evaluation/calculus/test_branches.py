"""Python decides by numbers where a function runs on numbers, and a program is used where it decides alike."""

import autograd
import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.evaluation.calculus.programs import BRANCHES


def branch(x):
    if x > 1:
        return x**2
    if -1 < x <= 1:
        return 3 * x
    return -x


def doubled(x):
    while x < 10:
        x = x * 2
    return x


def repeated(x):
    for _ in range(int(x)):
        x = x * 1.5
    return x


def larger(x):
    return max(x * x, 2 * x) + min(x, 1.0) + (5 * x if x not in (0.6, 3.1) else 5.0 * x)


def newton(x):
    guess, error = x, 1.0
    while abs(error) > 1e-12:
        error = (guess * guess - x) / (2 * guess)
        guess = guess - error
    return guess


DECIDING = {each.__name__: each for each in (branch, doubled, repeated, larger, newton)}


@pytest.mark.parametrize("name", DECIDING)
def test_each_branch_has_its_gradient(name):
    function = DECIDING[name]
    gradient = gnn.grad(function)
    for x in (3.1, 0.6, 1.7, 3.1, 0.6, 6.2, 1.7, 2.9):
        h = 1e-6
        assert gradient(x) == pytest.approx((function(x + h) - function(x - h)) / (2 * h), rel=1e-6)
        if function is not repeated:
            assert gradient(x) == pytest.approx(autograd.grad(function)(x))


def test_a_second_derivative_takes_the_branches_too():
    second = gnn.grad(gnn.grad(branch))
    assert [float(second(x)) for x in (3.0, 0.5, -4.0, 2.0)] == [2, 0, 0, 2]


def test_an_inner_gradient_decides_by_its_own_number():
    def outer(x):
        return gnn.grad(lambda y: y**3 if y > 0 else -y)(x) * x

    assert [float(gnn.grad(outer)(x)) for x in (2.0, -1.0, 1.0)] == [36, -1, 9]


def test_a_branch_is_traced_once(traces):
    gradient = gnn.grad(lambda x: branch(x))
    for x in (3.0, 4.0, 0.5, 5.0, -0.5, -7.0, 2.0):
        gradient(x)
    assert len(traces) == 3
    gradient(np.float32(3))
    assert len(traces) == 4


def test_a_function_that_keeps_something_runs_at_each_call():
    kept = []

    def keeping(x):
        kept.append(len(kept))
        return x * len(kept)

    assert [float(gnn.grad(keeping)(1.0)) for _ in range(3)] == [1, 2, 3]


def test_grad_in_a_loop_is_traced_once(traces):
    def loss(w, x):
        return np.sum((w * x) ** 2)

    w = np.ones(3)
    for step in range(10):
        w = w - 0.01 * gnn.grad(loss)(w, np.full(3, float(step)))
    assert len(traces) == 1


def test_too_many_branches_are_told(traces):
    gradient = gnn.grad(lambda x: x * int(2 * x))
    for x in range(BRANCHES):
        assert gradient(x + 0.5) == 2 * x + 1
    with pytest.warns(gnn.errors.BranchWarning, match="more than 64 different branches"):
        assert gradient(1000.5) == 2001
    assert gradient(3.5) == 7 and len(traces) == BRANCHES + 1


@pytest.mark.parametrize("taken", [float, lambda x: x.item()], ids=["float", "item"])
def test_a_number_that_stands_still_is_told(taken):
    with pytest.warns(gnn.errors.ConstantWarning, match=r"a constant for the gradient \(test_branches.py:\d+\)"):
        assert gnn.grad(lambda x: x * taken(x))(3.0) == 3.0


def test_numbers_of_what_is_not_varied_are_not_told():
    assert gnn.grad(lambda x, scale: x * float(scale))(3.0, np.float64(2.0)) == 2.0


def test_printing_shows_numbers(capsys):
    def shown(x):
        print(x, f"{x:.2f}")
        return x * 2

    gnn.grad(shown)(1.5)
    assert capsys.readouterr().out == "1.5 1.50\n"


def test_data_can_be_read_by_any_function():
    table = np.eye(3)

    def loss(w, labels):
        return np.sum(w * table[labels]) + np.unique(labels).size * np.sum(w)

    gradient = gnn.grad(loss)
    assert gradient(np.ones(3), np.array([1, 0, 1])).tolist() == [3, 4, 2]
    assert gradient(np.ones(3), np.array([2, 2, 2])).tolist() == [1, 1, 4]


def test_a_number_that_would_lose_its_gradient_is_refused():
    import math

    for lost in (lambda x: math.sin(x), lambda x: np.exp([x, 1.0])[0], lambda x: x * np.arange(0, x, 1.0)[-1]):
        with pytest.raises(gnn.errors.TracingError, match=r"test_branches\.py:\d+"):
            gnn.grad(lost)(2.0)


def test_a_truth_value_of_many_is_refused():
    with pytest.raises(gnn.errors.TracingError, match=r"no single bool.*np\.all"):
        gnn.grad(lambda x: np.sum(x) if x > 0 else np.sum(-x))(np.ones(2))


def test_a_trace_without_numbers_still_refuses():
    with pytest.raises(gnn.errors.TracingError, match="has no truth value yet"):
        gnn.trace(branch, x=gnn.input(()))
    with pytest.raises(gnn.errors.TracingError, match="has no truth value yet"):
        gnn.trace(lambda x: gnn.grad(branch)(x), x=gnn.input(()))
    assert gnn.evaluate(gnn.trace(lambda x: x * gnn.grad(branch)(3.0), x=gnn.input(())), x=2.0)["output"] == 12


def test_the_number_of_a_step_is_a_value_of_the_program(traces):
    gradient = gnn.grad(lambda w, step, x: np.sum(w * x[:, step % 3]) * step / (1 - 0.9**step) * (1 - 0.9**step) + w[0])
    x = np.arange(6.0).reshape(2, 3)
    for step in range(1, 31):
        assert np.allclose(gradient(np.ones(2), step, x), [x[0, step % 3] * step + 1, x[1, step % 3] * step])
    # Once for the first step, and for each of three columns.
    assert len(traces) <= 5


NEEDED = {
    "a key": lambda w, n: w * {1: 2.0, 2: 3.0, 3: 5.0}[n],
    "a part of a key": lambda w, n: w * {"a1": 2.0, "a2": 3.0, "a3": 5.0}[f"a{n}"],
    "a type": lambda w, n: w * (n if isinstance(n, int) else 100.0),
    "a repetition": lambda w, n: w * len([0.0] * n),
    "a shape": lambda w, n: np.sum(w * np.ones(n)),
    "an exponent": lambda w, n: w**n,
    "an axis": lambda w, n: np.sum(np.sum(w * np.ones((2, 3, 4, 5)), axis=n)) * n,
}


@pytest.mark.parametrize("name", NEEDED)
def test_a_whole_number_that_python_needs(name):
    function = NEEDED[name]
    gradient = gnn.grad(function)
    for n in (1, 2, 3, 1, 2, 3):
        assert gradient(2.0, n) == pytest.approx((function(2.0 + 1e-6, n) - function(2.0 - 1e-6, n)) / 2e-6)


def test_a_whole_number_beside_small_floats_adapts():
    gradient = gnn.grad(lambda w, n: np.sum(w * n))
    assert [gradient(np.ones(2, np.float32), n).dtype.name for n in range(4)] == ["float32"] * 4


LARGE = {
    "a power": lambda x, n: x * 3**n,
    "a product": lambda x, n: x * (n * n * n) ** 4,
    "a float32": lambda x, n: x * (np.float32(0.1) * n),
    "an equal dict": lambda x, n: x * {40: 2.0}.get(n, 1.0),
    "a text": lambda x, n: x * {"40": 2.0}.get(str(n), 1.0),
    "a type": lambda x, n: x * (n if type(n) is int else 7.0),
    "a zero": lambda x, n: x * np.float64(0.5) ** (n - 40) + n,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_whole_number_is_pythons(name):
    function = LARGE[name]
    gradient = gnn.grad(function)
    for n in (37, 38, 39, 40, 41, 2**62, 2**64):
        if name in ("a power", "a zero") and n > 100:
            continue
        assert gradient(1.0, n) == pytest.approx(float(function(1.0, n) - function(0.0, n)), rel=1e-13)
