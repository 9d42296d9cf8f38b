"""A network of single numbers, as micrograd builds it, about 10,000 operations; and as straight-line Python."""

from typing import Any

import numpy as np

from workloads import Workload

EXAMPLES, WIDTHS = 16, (2, 16, 16, 1)


def places() -> list[tuple[int, int, int]]:
    """The layer, the unit and the input of each weight; the input after the last is the bias."""
    return [(n, j, i) for n in range(len(WIDTHS) - 1) for j in range(WIDTHS[n + 1]) for i in range(WIDTHS[n] + 1)]


def named(n: int, j: int, i: int) -> str:
    return f"w{n}_{j}_{i}"


def network(x: list[list[Any]], y: list[Any], w: dict[str, Any], relu: Any) -> Any:
    """The mean squared error, one number at a time."""
    total = 0.0
    for point, target in zip(x, y, strict=True):
        h = point
        for n in range(len(WIDTHS) - 1):
            sums = []
            for j in range(WIDTHS[n + 1]):
                z = w[named(n, j, WIDTHS[n])]
                for i, each in enumerate(h):
                    z = z + w[named(n, j, i)] * each
                sums.append(z)
            h = [relu(z) for z in sums] if n < len(WIDTHS) - 2 else sums
        error = h[0] - target
        total = total + error * error
    return total / EXAMPLES


def arranged(values: dict[str, Any]) -> tuple[list[list[Any]], list[Any], dict[str, Any]]:
    x = [[values[f"x{k}_{i}"] for i in range(WIDTHS[0])] for k in range(EXAMPLES)]
    return x, [values[f"y{k}"] for k in range(EXAMPLES)], values


def model(np: Any, **values: Any) -> Any:
    return network(*arranged(values), lambda z: np.maximum(z, 0.0))


def written() -> Any:
    """The step as a function of floats: one statement for each operation, forth and back."""
    lines = list[str]()
    for k in range(EXAMPLES):
        for n in range(len(WIDTHS) - 1):
            for j in range(WIDTHS[n + 1]):
                inputs = [f"x{k}_{i}" if n == 0 else f"h{k}_{n}_{i}" for i in range(WIDTHS[n])]
                terms = [f"{named(n, j, i)} * {each}" for i, each in enumerate(inputs)]
                lines.append(f"z{k}_{n + 1}_{j} = {' + '.join([named(n, j, WIDTHS[n]), *terms])}")
                if n < len(WIDTHS) - 2:
                    z = f"z{k}_{n + 1}_{j}"
                    lines.append(f"h{k}_{n + 1}_{j} = {z} if {z} > 0.0 else 0.0")
        lines.append(f"e{k} = z{k}_{len(WIDTHS) - 1}_0 - y{k}")
    lines.append(f"loss = ({' + '.join(f'e{k} * e{k}' for k in range(EXAMPLES))}) / {EXAMPLES}")
    terms: dict[str, list[str]] = {named(*place): [] for place in places()}
    for k in range(EXAMPLES):
        lines.append(f"g{k}_{len(WIDTHS) - 1}_0 = 2 * e{k} / {EXAMPLES}")
        for n in reversed(range(len(WIDTHS) - 1)):
            for i in range(WIDTHS[n]):
                each = f"x{k}_{i}" if n == 0 else f"h{k}_{n}_{i}"
                for j in range(WIDTHS[n + 1]):
                    terms[named(n, j, i)].append(f"g{k}_{n + 1}_{j} * {each}")
                if n:
                    inside = " + ".join(f"g{k}_{n + 1}_{j} * {named(n, j, i)}" for j in range(WIDTHS[n + 1]))
                    lines.append(f"g{k}_{n}_{i} = {inside} if z{k}_{n}_{i} > 0.0 else 0.0")
            for j in range(WIDTHS[n + 1]):
                terms[named(n, j, WIDTHS[n])].append(f"g{k}_{n + 1}_{j}")
    lines += [f"d{name} = {' + '.join(each)}" for name, each in terms.items()]
    returned = ", ".join(["loss", *(f"d{name}" for name in terms)])
    arguments = ", ".join([*DATA, *terms])
    space: dict[str, Any] = {}
    exec("\n".join([f"def step({arguments}):", *(f"    {line}" for line in lines), f"    return {returned}"]), space)
    return space["step"]


_rng = np.random.default_rng(0)
DATA = {f"x{k}_{i}": float(_rng.uniform(-1, 1)) for k in range(EXAMPLES) for i in range(WIDTHS[0])}
DATA |= {f"y{k}": float(_rng.uniform(-1, 1)) for k in range(EXAMPLES)}


def workload(name: str) -> Workload:
    parameters = {named(*place): float(_rng.uniform(-1, 1) / np.sqrt(WIDTHS[place[0]])) for place in places()}
    step = written()

    def by_hand(**values: Any) -> tuple[Any, ...]:
        # By position, as thousands of keywords take as long as the step.
        found: tuple[Any, ...] = step(*values.values())
        return found

    return Workload(name, model, by_hand, DATA, parameters, 0.01, peers=("autograd", "micrograd"))
