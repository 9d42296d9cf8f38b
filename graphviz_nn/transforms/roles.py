"""Check whether variables have the roles that a layer's name implies."""

from functools import cached_property

import numpy as np

from graphviz_nn.nn.formulas.roles import (
    DATA,
    LABELS,
    LEARNED,
    LOGITS,
    PREDICTION,
    PROBABILITY,
    SHARES,
    TARGET,
    VALUE,
    Role,
)
from graphviz_nn.transforms.reading import Reading

SMALL = 1e-4
"""The largest number that guards a logarithm, a root or a quotient against failure."""
# Operations that never give probabilities.
UNBOUNDED = frozenset(
    (
        *("linear", "exp", "expm1", "log", "log1p", "tanh", "sinh", "cosh", "arctan", "absolute", "square", "sqrt"),
        *("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "log_softmax", "logsumexp"),
        *("layer_norm", "batch_norm", "rms_norm", "attention"),
    )
)
# Operations that keep the entries.
MOVING = frozenset(
    (
        *("getitem", "reshape", "transpose", "broadcast_to", "stack", "concatenate", "set_at", "maximum", "minimum"),
        *("positive", "astype"),
    )
)
# Operations that make a weighted sum with parameters.
WEIGHING = frozenset(("matmul", "add", "subtract"))
# Operations that the logarithm of a probability may be made of.
LOGARITHMS = frozenset(("log_softmax", "subtract", "negative"))


class Roles:
    """The possible roles of the variables of a graph."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @cached_property
    def targets(self) -> frozenset[str]:
        """Targets, labels, and variables computed from these and constants alone."""
        variables = self.reading.variables
        found = {
            name
            for name, variable in variables.items()
            if name not in self.reading.producer
            and (variable.role == "target" or (variable.role == "input" and np.dtype(variable.dtype).kind in "biu"))
        }
        constants = {name for name, variable in variables.items() if variable.role == "constant"}
        for name in self.reading.order():
            given = self.reading.arguments[name].values()
            if not found.isdisjoint(given) and all(v in found or v in constants for v in given):
                found.update(self.reading.results[name])
        return frozenset(found)

    @cached_property
    def compared(self) -> frozenset[str]:
        """The targets, constants, and variables computed from these and no parameter."""
        found = set(self.targets)
        constants = {name for name, variable in self.reading.variables.items() if variable.role == "constant"}
        learned = {name for name, variable in self.reading.variables.items() if variable.role == "parameter"}
        for name in self.reading.order():
            given = self.reading.arguments[name].values()
            if not learned.isdisjoint(given):
                learned.update(self.reading.results[name])
            elif not found.isdisjoint(given):
                found.update(self.reading.results[name])
            elif given and constants.issuperset(given):
                constants.update(self.reading.results[name])
        return frozenset(found | constants)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The parameters, and what is computed from them alone."""
        found = {name for name, variable in self.reading.variables.items() if variable.role == "parameter"}
        for name in self.reading.order():
            given = self.reading.arguments[name].values()
            if given and found.issuperset(given):
                found.update(self.reading.results[name])
        return frozenset(found)

    def refuses(self, role: Role, name: str) -> str:
        """Why a variable can't have a role; "" if it can."""
        variable = self.reading.variables[name]
        if role in (TARGET, SHARES, LABELS) and name not in self.compared:
            return "isn't a target, nor computed from one"
        if role is PROBABILITY and name in self.unbounded:
            return f"isn't a probability: it comes from {self.reading.operations[self.reading.producer[name]]}"
        if role is DATA and name in self.parameters:
            return "depends on parameters alone, where data is expected"
        if role in (PROBABILITY, LOGITS, PREDICTION, VALUE) and variable.role == "target":
            return "is the target, where a prediction is expected"
        return "isn't a parameter of the model" if role is LEARNED and variable.role != "parameter" else ""

    @cached_property
    def unbounded(self) -> frozenset[str]:
        """Variables that can't be probabilities by their computation; leaves get the benefit of the doubt."""
        reading, found = self.reading, set[str]()
        for name in reading.order():
            op, given = reading.operations[name].op, reading.arguments[name].values()
            makers = {reading.operations[reading.producer[v]].op for v in given if v in reading.producer}
            if op == "exp":
                wrong = makers.isdisjoint(LOGARITHMS)
            elif op in WEIGHING:
                wrong = any(reading.variables[v].role == "parameter" for v in given) or (
                    op == "add" and self._adds(name)
                )
            elif op == "maximum" and 0 in reading.operations[name].literals.values():
                wrong = True
            elif op == "minimum" and any(each <= 1 for each in reading.operations[name].literals.values()):
                wrong = False
            else:
                wrong = op in UNBOUNDED or (op in MOVING and not found.isdisjoint(given))
            if wrong:
                found.update(reading.results[name])
        return frozenset(found)

    def _adds(self, name: str) -> bool:
        """Whether an operation adds a number that isn't only a guard."""
        return any(abs(each) > SMALL for each in self.reading.operations[name].literals.values())
