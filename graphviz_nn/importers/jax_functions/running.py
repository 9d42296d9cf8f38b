"""What the rules of equations may ask of the model that is replayed."""

from collections.abc import Sequence
from typing import Any, Protocol

from graphviz_nn.importers.jax_functions.calls import Chain
from graphviz_nn.importers.jax_functions.late import Place
from graphviz_nn.importers.replay import Replay


class Running(Protocol):
    """A model while its equations are replayed.

    Attributes
    ----------
    made : dict
        The primitive and the inputs behind traced numbers, by the number of the result.
    """

    replay: Replay
    made: dict[int, tuple[str, tuple[Any, ...]]]

    def run(self, jaxpr: Any, consts: Sequence[Any], inputs: Sequence[Any], chain: Chain = ...) -> list[Any]:
        """The results of a jaxpr for these inputs."""

    def opaque(self, eqn: Any, inputs: Sequence[Any], place: Place) -> Sequence[Any]:
        """The results of an equation that is drawn, but not computed."""
