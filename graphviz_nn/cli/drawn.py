"""Random values for variables without a value, as their loss expects."""

from typing import TYPE_CHECKING, Any

from graphviz_nn.errors import FeedError

if TYPE_CHECKING:
    from graphviz_nn.graph import Graph

NORMAL = "from the standard normal distribution"
PROBABILITIES = "as probabilities"
SIGNS = "as 1 or -1"

# Kinds of targets, by the loss that they enter; this also counts if probabilities were changed before.
TARGETS = {
    "cross_entropy": PROBABILITIES,
    "cross_entropy_with_logits": PROBABILITIES,
    "binary_cross_entropy": PROBABILITIES,
    "binary_cross_entropy_with_logits": PROBABILITIES,
    "kl_divergence": PROBABILITIES,
    "softmax": PROBABILITIES,
    "log_softmax": PROBABILITIES,
    "hinge": SIGNS,
}
# Each entry alone; they don't sum to 1.
BINARY = {"binary_cross_entropy", "binary_cross_entropy_with_logits"}


def drawn_at_random(graph: "Graph", feeds: dict[str, Any], seed: int) -> tuple[dict[str, Any], str]:
    """Draw the missing values, and describe how; feeding one variable doesn't change the others.

    Raises
    ------
    FeedError
        For integers, which can't be drawn.
    """
    import numpy as np

    from graphviz_nn.data.seeds import seeded
    from graphviz_nn.transforms.entries import entry_names

    whole = graph.graph.get("entries", {})
    split = {entry for name in feeds if name in whole for _, entry in entry_names(name, tuple(whole[name]))}
    found: dict[str, Any] = {}
    kinds: dict[str, list[str]] = {}
    met = _met(graph)
    for number, (name, variable) in enumerate(graph.leaves.items()):
        if name in feeds or name in split or variable.value is not None or variable.draw is not None:
            continue
        if np.dtype(variable.dtype).kind != "f":
            zeros = np.zeros(variable.shape, int).tolist()
            raise FeedError(
                f"{name} is {variable.dtype}, which can't be drawn at random; feed it: --feed '{name}={zeros}'"
            )
        rng = seeded(seed, number)
        loss = met.get(name, "")
        kind = TARGETS.get(loss, NORMAL)
        if kind == NORMAL:
            found[name] = rng.standard_normal(variable.shape)
        elif kind == SIGNS:
            found[name] = rng.choice([-1.0, 1.0], variable.shape)
        else:
            found[name] = rng.uniform(0.1, 0.9, variable.shape)
            if variable.shape and loss not in BINARY:
                found[name] /= found[name].sum(axis=-1, keepdims=True)
        kinds.setdefault(kind, []).append(name)
    words = ", ".join(f"{', '.join(names)} {kind}" for kind, names in kinds.items())
    return found, f"drawn at random, seed {seed}: {words}" if words else ""


def _met(graph: "Graph") -> dict[str, str]:
    """For each target, the loss that it enters, or the softmax whose probabilities it meets."""
    import networkx as nx

    from graphviz_nn.views import detailed

    targets = [name for name, variable in graph.leaves.items() if variable.role == "target"]
    layers = detailed("layers", graph) if targets else graph
    operations = layers.operations
    found: dict[str, str] = {}
    for name in targets:
        users = list(layers.successors(name)) if name in layers else []
        above = {each for user in users for each in nx.ancestors(layers, user)}
        # Of earlier operations only softmax is conclusive: a sigmoid may be anywhere inside a network.
        met = [operations[each].op for each in users]
        met += [op.op for each, op in operations.items() if each in above and "softmax" in op.op]
        found[name] = next((op for op in met if op in TARGETS), "")
    return found
