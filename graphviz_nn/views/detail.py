"""Steps from graph to graph for the eye: each draws more together than the one before, none changes a value."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

from graphviz_nn.errors import entry
from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.contract import Block, contract
from graphviz_nn.transforms.copies import once
from graphviz_nn.transforms.expand import expanded
from graphviz_nn.transforms.fold import fold
from graphviz_nn.transforms.live import live
from graphviz_nn.transforms.recognise import recognise
from graphviz_nn.transforms.scalars import scalars
from graphviz_nn.transforms.stable import split
from graphviz_nn.views.kinds import kinds
from graphviz_nn.views.symbols import with_symbols

Detail: TypeAlias = Callable[[Graph], Graph]


# Functions that an author writes as a formula of operations on arrays, and so are shown by these.
OPEN = frozenset(
    [
        "features",
        "linear",
        "multi_head_attention",
        *("rnn_cell", "gru_cell", "lstm_cell"),
        *("batch_norm", "layer_norm", "rms_norm", "group_norm"),
    ]
)


def operations(graph: Graph) -> Graph:
    """Functions as one operation each, but for layers that are a formula of operations on arrays."""
    return fold(graph, lambda title, members: title in OPEN)


def layers(graph: Graph) -> Graph:
    """Layers as one operation each, also those that are written out by hand."""
    seen = once(split(recognise(fold(graph))))
    if all(operation.body is None for operation in seen.operations.values()):
        seen = seen.copy()
        seen.remark("nothing to fold: there is no layer in this graph, neither as a function nor as a formula")
    return with_symbols(seen)


def merged(graph: Graph) -> Graph:
    """Each linear layer with its activation as one layer, which has the activation's name."""
    seen = layers(graph)
    known = kinds(seen)
    blocks = []
    for name, operation in seen.operations.items():
        result = seen.results(name)[0]
        users = list(seen.successors(result))
        if operation.op != "linear" or result in seen.outputs or len(users) != 1:
            continue
        activation = seen.operation(users[0])
        if known[users[0]] == "activation" or activation.op == "softmax":
            blocks.append(Block(f"{activation.op}_layer", (name, users[0])))
    return contract(seen, blocks)


DetailName: TypeAlias = Literal["scalars", "operations", "layers", "merged"]
DETAILS: dict[DetailName, Detail] = {
    "scalars": scalars,
    "operations": operations,
    "layers": layers,
    "merged": merged,
}


def detailed(name: str, graph: Graph, expand: Iterable[str] = ()) -> Graph:
    """A graph in the detail of this name, some of its blocks opened.

    Raises
    ------
    UsageError
        With the nearest name, where there is no such detail or no such block.
    """
    reduced = entry("detail", name, DETAILS)
    with collector_paused():
        return expanded(reduced(live(graph)), expand)


def coarser(name: str) -> list[str]:
    """The details that draw more together than this one, the next first.

    >>> coarser("operations")
    ['layers', 'merged']
    """
    names = list[str](DETAILS)
    return names[names.index(name) + 1 :]


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for garbage meanwhile: of a long network's many small objects hardly one is, but all are searched."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            # What was made meanwhile counts as old, unless the process keeps a frozen part of its own.
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
