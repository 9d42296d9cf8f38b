"""Recurrent layers: RNN, GRU and LSTM, step by step, in one or both directions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.operators.gates import Gates, functions_of
from graphviz_nn.importers.onnx_model.table import operator, refuse, whole
from graphviz_nn.importers.windows import called

DIRECTIONS = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}
"""Whether each direction goes from the end to the start."""

MOST_STEPS = 2_000
"""A layer of more steps is drawn as one."""

States = tuple[Any, ...]


def _rnn_step(gates: Gates, x: Any, h: Any) -> States:
    if gates.is_plain:
        return (nn.rnn_cell(x, h, *gates.ordered(0)),)
    ((given, kept),) = gates.sums(x, h)
    return (gates.functions[0](gates.cut(given + kept)),)


def _gru_step(gates: Gates, x: Any, h: Any) -> States:
    """The reset gate is applied to the hidden state."""
    (f, g), units = gates.functions, np.shape(h)[-1]
    update, reset, (new, _) = gates.sums(x, h)
    update, reset = f(gates.cut(sum(update))), f(gates.cut(sum(reset)))
    bias = None if gates.h_bias is None else gates.h_bias[2 * units :]
    new = new + nn.linear(reset * h, gates.of_h[2 * units :], bias)
    return ((1 - update) * g(gates.cut(new)) + update * h,)


def _gru_step_reset_last(gates: Gates, x: Any, h: Any) -> States:
    """The reset gate is applied to the product of the hidden state and its weights."""
    if gates.is_plain:
        # The package's cell has the gates r, z, n.
        return (nn.gru_cell(x, h, *gates.ordered(1, 0, 2)),)
    f, g = gates.functions
    update, reset, (new, kept) = gates.sums(x, h)
    update, reset = f(gates.cut(sum(update))), f(gates.cut(sum(reset)))
    return ((1 - update) * g(gates.cut(new + reset * kept)) + update * h,)


def _lstm_step(gates: Gates, x: Any, h: Any, c: Any, *, coupled: bool = False) -> States:
    if gates.is_plain and not coupled:
        # The package's cell has the gates i, f, g, o.
        hidden, cell = nn.lstm_cell(x, h, c, *gates.ordered(0, 2, 3, 1))
        return hidden, cell
    (f, g, last), units = gates.functions, np.shape(h)[-1]
    i, o, forget, new = map(sum, gates.sums(x, h))
    holes = gates.peepholes

    def seen(z: Any, number: int, cell: Any) -> Any:
        return f(gates.cut(z if holes is None else z + holes[number * units : (number + 1) * units] * cell))

    i = seen(i, 0, c)
    forget = 1 - i if coupled else seen(forget, 2, c)
    cell = forget * c + i * g(gates.cut(new))
    return seen(o, 1, cell) * last(cell), cell


def _lstm_step_coupled(gates: Gates, x: Any, h: Any, c: Any) -> States:
    """What is forgotten is what is let in."""
    return _lstm_step(gates, x, h, c, coupled=True)


def _one_way(
    step: Callable[..., States], gates: Gates, x: Any, states: States, lengths: Sequence[int], is_back: bool
) -> tuple[Any, States]:
    """The hidden states at all steps, and the last states."""
    steps, rows = np.shape(x)[0], []
    for place in reversed(range(steps)) if is_back else range(steps):
        found = step(gates, x[place], *states)
        if min(lengths) <= place:
            # A sequence that has ended keeps its states, and shows none.
            goes_on = np.array([[place < each] for each in lengths])
            found = tuple(np.where(goes_on, new, old) for new, old in zip(found, states, strict=True))
            rows.append(np.where(goes_on, found[0], np.zeros((), x.dtype)))
        else:
            rows.append(found[0])
        states = found
    return np.stack(rows[::-1] if is_back else rows), states


def _rnn() -> Callable[..., States]:
    return _rnn_step


def _gru(linear_before_reset: int = 0) -> Callable[..., States]:
    return _gru_step_reset_last if linear_before_reset else _gru_step


def _lstm(input_forget: int = 0) -> Callable[..., States]:
    return _lstm_step_coupled if input_forget else _lstm_step


def _recurrent(name: str, default: tuple[str, ...], states: int, step_of: Callable[..., Any]) -> Callable[..., Any]:
    def rule(
        x: Any,
        of_x: Any,
        of_h: Any,
        bias: Any = None,
        lengths: Any = None,
        *rest: Any,
        activations: Sequence[str] | None = None,
        activation_alpha: Sequence[float] | None = None,
        activation_beta: Sequence[float] | None = None,
        clip: float = 0.0,
        direction: str = "forward",
        hidden_size: int | None = None,
        layout: int = 0,
        output_sequence: int = 1,
        **options: Any,
    ) -> Any:
        ways = DIRECTIONS.get(direction) or refuse(f"there is no direction {direction!r:.60}")
        names = [each.lower() for each in activations or default * len(ways)]
        functions = functions_of(names, activation_alpha, activation_beta)
        if len(functions) != len(default) * len(ways):
            refuse(f"{len(functions)} functions aren't {len(default)} for each of {len(ways)} directions")
        if (steps := np.shape(x)[1 if layout else 0]) > MOST_STEPS:
            refuse(f"its {steps:,} steps are more than {MOST_STEPS:,}")
        step, rest = step_of(**options), (*rest, *(None,) * (states + 1 - len(rest)))
        is_plain = not clip and rest[states] is None and tuple(names) == default * len(ways)

        def inside(x: Any, of_x: Any, of_h: Any, bias: Any, *rest: Any) -> Any:
            x = np.swapaxes(x, 0, 1) if layout else x
            steps, batch = np.shape(x)[:2]
            counts = [steps] * batch if lengths is None else whole(lengths, "lengths")
            runs, ends = [], []
            for way, is_back in enumerate(ways):
                x_bias, h_bias = (None, None) if bias is None else np.split(bias[way], 2)
                holes = None if rest[states] is None else rest[states][way]
                own = functions[way * len(default) : (way + 1) * len(default)]
                gates = Gates(of_x[way], of_h[way], x_bias, h_bias, holes, own, clip, is_plain)
                first = np.zeros((batch, np.shape(of_h)[-1]), x.dtype)
                given = [first if each is None else each[:, way] if layout else each[way] for each in rest[:states]]
                run, end = _one_way(step, gates, x, tuple(given), counts, is_back)
                runs.append(run)
                ends.append(end)
            last = [np.stack(each, axis=1 if layout else 0) for each in zip(*ends, strict=True)]
            every = np.stack(runs, axis=1)
            return np.transpose(every, (2, 0, 1, 3)) if layout else every, *last

        return called(name, inside, x, of_x, of_h, bias, *rest)

    return rule


LAYERS = {
    "RNN": ("rnn", ("tanh",), 1, _rnn),
    "GRU": ("gru", ("sigmoid", "tanh"), 1, _gru),
    "LSTM": ("lstm", ("sigmoid", "tanh", "tanh"), 2, _lstm),
}
"""Of each layer its name in pictures, the functions of its gates, the number of its states, and its step."""

for _name, _row in LAYERS.items():
    operator(_name, static=(4,), weights=(1, 2, 3))(_recurrent(*_row))
