"""Every optimizer: reaches the minimum, follows its definition, agrees with PyTorch."""

from itertools import pairwise

import numpy as np
import pytest
from frameworks import needs
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_nn.errors import UsageError
from graphviz_nn.training.optimizers import OPTIMIZERS, adam, momentum, optimizer_of
from graphviz_nn.training.schedules import SCHEDULES, rates

RATES = {"gradient descent": 0.1, "momentum": 0.02, "nesterov": 0.02, "adagrad": 0.5, "rmsprop": 0.01, "adam": 0.05}
TORCH = {
    "gradient descent": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
}


def one_number(name, gradients, rate):
    """Where a single parameter is after these gradients, step by step as in the papers."""
    where, mean, square = 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        if name == "gradient descent":
            step = g
        elif name == "momentum":
            mean = 0.9 * mean + g
            step = mean
        elif name == "nesterov":
            mean = 0.9 * mean + g
            step = g + 0.9 * mean
        elif name == "adagrad":
            square += g * g
            step = g / (square**0.5 + 1e-10)
        elif name == "rmsprop":
            square = 0.99 * square + 0.01 * g * g
            step = g / (square**0.5 + 1e-8)
        elif name == "adam":
            mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g * g
            step = (mean / (1 - 0.9**t)) / ((square / (1 - 0.999**t)) ** 0.5 + 1e-8)
        where -= rate * step
    return where


def walked(optimizer, gradients, rate):
    where, memory = np.zeros(gradients.shape[1]), np.zeros((optimizer.memory, gradients.shape[1]))
    for step, gradient in enumerate(gradients, 1):
        direction, memory = optimizer.direction(gradient, memory, step)
        where = where - rate * direction
    return where


def test_the_tables_here_are_complete():
    assert set(TORCH) <= set(OPTIMIZERS) == set(RATES)


@pytest.mark.parametrize("name", OPTIMIZERS)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), steps=st.integers(1, 30))
def test_each_does_what_its_paper_says(name, seed, steps):
    gradients = np.random.default_rng(seed).normal(size=(steps, 3))
    found = walked(OPTIMIZERS[name], gradients, 0.1)
    np.testing.assert_allclose(found, [one_number(name, column, 0.1) for column in gradients.T], rtol=1e-9)


@needs("torch")
@pytest.mark.parametrize("name", TORCH)
def test_each_does_what_pytorch_does(name):
    import torch

    title, options = TORCH[name]
    gradients = np.random.default_rng(0).normal(size=(20, 3))
    where = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    theirs = getattr(torch.optim, title)([where], lr=0.1, **options)
    for gradient in gradients:
        where.grad = torch.tensor(gradient)
        theirs.step()
    np.testing.assert_allclose(walked(OPTIMIZERS[name], gradients, 0.1), where.detach().numpy(), rtol=1e-8)


@pytest.mark.parametrize("name", OPTIMIZERS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_each_reaches_the_minimum_of_a_convex_quadratic(name, seed):
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(3, 3))
    matrix, minimum = root @ root.T / 3 + np.eye(3), generator.normal(size=3)
    optimizer, where = OPTIMIZERS[name], np.zeros(3)
    memory = np.zeros((optimizer.memory, 3))
    for step in range(1, 2001):
        direction, memory = optimizer.direction(matrix @ (where - minimum), memory, step)
        where = where - RATES[name] * (1 - step / 2001) * direction
    np.testing.assert_allclose(where, minimum, atol=1e-3)


def test_options_make_another_optimizer():
    gradients = np.ones((3, 1))
    assert walked(momentum(0.0), gradients, 0.1) == pytest.approx(
        walked(OPTIMIZERS["gradient descent"], gradients, 0.1)
    )
    assert optimizer_of(adam(first=0.5)).name == "adam"
    assert optimizer_of("Gradient_Descent") is OPTIMIZERS["gradient descent"]
    with pytest.raises(UsageError, match="did you mean 'adam'"):
        optimizer_of("adm")


@pytest.mark.parametrize("name", SCHEDULES)
@settings(max_examples=20, deadline=None)
@given(first=st.floats(0.1, 1), last=st.floats(0, 0.1), steps=st.integers(1, 200))
def test_schedules_start_at_the_first_rate_and_only_fall(name, first, last, steps):
    found = [rates((first, last) if name != "constant" else first, name, steps)(k) for k in range(steps + 1)]
    assert found[0] == first
    assert all(after <= before + 1e-12 for before, after in pairwise(found))
    if name in ("linear", "cosine"):
        assert found[-1] == pytest.approx(last)
    if name == "constant":
        assert found[-1] == first


# How much of the way to the last rate is gone, said in another way than the package does.
COURSES = {
    "constant": lambda share: 0.0,
    "linear": lambda share: share,
    "cosine": lambda share: np.sin(np.pi * share / 2) ** 2,
    "step": lambda share: 0.5 * (share >= 0.5) + 0.25 * (share >= 0.75),
}


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("quarters", [1, 2, 5, 25])
def test_each_schedule_goes_its_course(name, quarters):
    steps = 4 * quarters
    first, last = (0.8, 0.8) if name == "constant" else (0.8, 0.2)
    rate = rates(first if name == "constant" else (first, last), name, steps)
    expected = [first + (last - first) * COURSES[name](k / steps) for k in range(steps + 1)]
    assert [rate(k) for k in range(steps + 1)] == pytest.approx(expected)
    # One rate alone goes to 0, or stays.
    alone = rates(first, name, steps)
    expected = [first * (1 - COURSES[name](k / steps)) for k in range(steps + 1)]
    assert [alone(k) for k in range(steps + 1)] == pytest.approx(expected)


def test_rates_are_numbers_pairs_or_functions():
    assert rates(0.5, None, 10)(7) == 0.5
    assert rates((1.0, 0.1), None, 100)(100) == pytest.approx(0.1)
    assert rates(lambda k: 1 / (1 + k), None, 10)(3) == 0.25
    assert rates(0.5, "cosine", 10)(5) == pytest.approx(0.25)


BAD = [(-1.0, None), ("fast", None), ((1.0, 2.0, 3.0), None), (float("nan"), None), ((1.0, 0.1), "constant")]


@pytest.mark.parametrize(("rate", "schedule"), [*BAD, (0.1, "cosin"), (lambda k: 1, "linear")])
def test_what_is_no_rate_is_refused(rate, schedule):
    with pytest.raises(UsageError, match=r"rate|did you mean 'cosine'"):
        rates(rate, schedule, 10)
