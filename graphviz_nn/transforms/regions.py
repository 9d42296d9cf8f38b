"""Parts of a graph that lead to a value, with their inputs, in order of distance."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from graphviz_nn.transforms.reading import Reading

MOST, FEWER = 24, 16
"""The most steps from a layer's arguments to its result, and the most for a layer without a target."""

WITHIN = frozenset(
    (
        *(
            "add",
            "subtract",
            "multiply",
            "divide",
            "negative",
            "positive",
            "reciprocal",
            "power",
            "square",
            "sqrt",
            "root",
        ),
        *("exp", "expm1", "log", "log1p", "logaddexp", "tanh", "sinh", "cosh", "erf", "absolute", "maximum", "minimum"),
        *("where", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "sign", "astype"),
        *("logical_and", "logical_not", "logical_or", "sum", "mean", "max", "min", "argmax", "matmul", "outer"),
        *("reshape", "transpose", "broadcast_to", "stack", "concatenate", "getitem", "set_at"),
    )
)
"""Operations that layers are made of."""

THROUGH = frozenset(("softmax", "log_softmax", "sigmoid", "softplus"))
"""Layers that may be part of a larger one."""


@dataclass(frozen=True)
class Region:
    """Operations that lead from some variables to one.

    Parameters
    ----------
    members : tuple of str
        The operations, in order of computation.
    flow, targets, learned, constants : tuple of str
        Its inputs: values, targets and labels, parameters, and constant arrays.
    """

    members: tuple[str, ...]
    flow: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()


def regions(reading: Reading, targets: frozenset[str], anchor: str) -> Iterator[Region]:
    """The regions before an operation, from its last step to the extent of a layer.

    Parameters
    ----------
    targets : frozenset of str
        The targets and variables computed from them alone: their computation isn't part of a layer, unless it uses them
        more than once.
    """
    flow = _Front(reading, targets, anchor)
    while flow.grow():
        if len(flow.flow) > 2 or len(flow.targets) > 4:
            continue
        if len(flow.targets) <= 1:
            yield flow.region()
        if not flow.waiting[True]:
            continue
        behind = flow.copy()
        for _ in range(8):
            if not behind.grow(of_targets=True):
                break
            if len(behind.targets) <= 1:
                yield behind.region()


class _Front:
    """The part of the graph reached from an operation upwards."""

    def __init__(self, reading: Reading, made: frozenset[str], anchor: str | None) -> None:
        self.reading, self.made = reading, made
        self.members: set[str] = set()
        self.flow: dict[str, None] = {}
        self.targets: dict[str, None] = {}
        self.learned: dict[str, None] = {}
        self.constants: dict[str, None] = {}
        self.waiting: dict[bool, list[tuple[int, str]]] = {False: [], True: []}
        self.anchor = anchor

    def copy(self) -> "_Front":
        found = _Front(self.reading, self.made, None)
        found.members, found.flow, found.targets = set(self.members), dict(self.flow), dict(self.targets)
        found.learned, found.constants = dict(self.learned), dict(self.constants)
        found.waiting = {key: list(each) for key, each in self.waiting.items()}
        return found

    def grow(self, of_targets: bool = False) -> bool:
        """Add the last computed operation on the border; return False if there is none."""
        waiting, name = self.waiting[of_targets], self.anchor
        self.anchor = None
        while name is None or not self._open(name):
            if not waiting or len(self.members) >= (MOST if self.targets else FEWER):
                return False
            _, name = heappop(waiting)
        self.members.add(name)
        (self.targets if of_targets else self.flow).pop(self.reading.results[name][0], None)
        for variable in self.reading.arguments[name].values():
            self._reach(variable)
        return True

    def _open(self, name: str) -> bool:
        operation = self.reading.operations[name]
        if len(self.reading.results[name]) != 1:
            return False
        if operation.body is not None:
            return operation.op in THROUGH and not operation.around
        return not operation.scope and operation.op in WITHIN

    def _reach(self, variable: str) -> None:
        known = self.reading.variables[variable]
        is_target = variable in self.made
        producer = self.reading.producer.get(variable)
        if producer is None and known.role == "constant":
            if known.value is None or known.value.size != 1:
                self.constants[variable] = None
        elif producer is None and known.role == "parameter":
            self.learned[variable] = None
        else:
            front = self.targets if is_target else self.flow
            if variable not in front:
                front[variable] = None
                if producer is not None:
                    heappush(self.waiting[is_target], (-self.reading.position[producer], producer))

    def region(self) -> Region:
        members = tuple(sorted(self.members, key=self.reading.position.__getitem__))
        return Region(members, tuple(self.flow), tuple(self.targets), tuple(self.learned), tuple(self.constants))
