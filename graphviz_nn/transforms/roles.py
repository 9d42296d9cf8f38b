"""Whether variables are what a layer's name says of its arguments."""

from functools import cached_property

from graphviz_nn.nn.formulas.roles import LABELS, LEARNED, LOGITS, PREDICTION, PROBABILITY, TARGET, VALUE, Role
from graphviz_nn.transforms.reading import Reading

# What gives no probabilities, whatever it is given.
UNBOUNDED = frozenset(
    "linear exp expm1 log log1p tanh sinh cosh arctan relu relu6 leaky_relu elu selu gelu silu softplus log_softmax "
    "logsumexp layer_norm batch_norm rms_norm attention absolute square sqrt".split()
)
# What leaves the entries what they are.
MOVING = frozenset("getitem reshape transpose broadcast_to stack concatenate maximum minimum positive astype".split())
# What with parameters makes a weighted sum.
WEIGHING = frozenset(("matmul", "add", "subtract"))
# The logarithm of a probability may be made of these.
LOGARITHMS = frozenset(("log_softmax", "subtract", "negative"))


class Roles:
    """The roles that the variables of a graph can have.

    Parameters
    ----------
    targets : frozenset of str
        Targets and what is computed from them alone.
    """

    def __init__(self, reading: Reading, targets: frozenset[str]) -> None:
        self.reading, self.targets = reading, targets

    def refuses(self, role: Role, name: str) -> str:
        """Why a variable can't have a role; nothing where it can."""
        variable = self.reading.variables[name]
        is_constant = variable.role == "constant"
        if role in (TARGET, LABELS) and name not in self.targets and not is_constant:
            return "isn't a target, nor computed from one"
        if role is PROBABILITY and name in self.unbounded:
            return f"isn't a probability: it comes from {self.reading.operations[self.reading.producer[name]]}"
        if role in (LOGITS, PREDICTION, VALUE) and variable.role == "target":
            return "is the target, where a prediction is expected"
        return "isn't a parameter of the model" if role is LEARNED and variable.role != "parameter" else ""

    @cached_property
    def unbounded(self) -> frozenset[str]:
        """What can't be probabilities, told from how it is computed; leaves are taken on trust."""
        reading, found = self.reading, set[str]()
        for name in reading.order():
            op, given = reading.operations[name].op, reading.arguments[name].values()
            makers = {reading.operations[reading.producer[v]].op for v in given if v in reading.producer}
            if op == "exp":
                wrong = makers.isdisjoint(LOGARITHMS)
            elif op in WEIGHING:
                wrong = any(reading.variables[v].role == "parameter" for v in given)
            else:
                wrong = op in UNBOUNDED or (op in MOVING and not found.isdisjoint(given))
            if wrong:
                found.update(reading.results[name])
        return frozenset(found)
