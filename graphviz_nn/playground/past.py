"""The states that a training has been in, in bounded memory: the latest, and others evenly spaced."""

from graphviz_nn.training.parameters import State

ROOM, MOST = 16_000_000, 1_000
"""The most bytes of the latest states and of the spaced ones, and the most states of each."""


class Past:
    """States by step.

    Examples
    --------
    >>> import numpy as np
    >>> past = Past()
    >>> for step in range(5000):
    ...     past.keep(State(step, np.zeros(3), np.zeros((0, 3))))
    >>> past.before(4990).step, past.before(1003).step
    (4990, 1000)
    """

    def __init__(self) -> None:
        self.latest: dict[int, State] = {}
        self.spaced: dict[int, State] = {}
        self.every = 1

    def keep(self, state: State) -> None:
        """Keep a copy of a state."""
        step, size = state.step, 200 + state.parameters.nbytes + state.memory.nbytes
        most = max(1, min(MOST, ROOM // size))
        self.latest.pop(step, None)
        # The steps of a training write into the arrays of its states.
        kept = self.latest[step] = state._replace(parameters=state.parameters.copy())
        if len(self.latest) > most:
            del self.latest[next(iter(self.latest))]
        if step % self.every == 0:
            self.spaced[step] = kept
            while len(self.spaced) > most + 1:
                self.every *= 2
                self.spaced = {step: each for step, each in self.spaced.items() if step % self.every == 0}

    def before(self, step: int) -> State:
        """A copy of the last state at a step or before; that of step 0 is always kept."""
        found = max((each for kept in (self.latest, self.spaced) for each in kept if each <= step), default=0)
        state = self.latest.get(found) or self.spaced[found]
        return state._replace(parameters=state.parameters.copy())

    def forget(self, step: int) -> None:
        """Forget all states after a step."""
        for kept in (self.latest, self.spaced):
            for each in [each for each in kept if each > step]:
                del kept[each]
