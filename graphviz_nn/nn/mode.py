"""Training and evaluation mode, shared by a layer and the layers inside it."""

from collections.abc import Iterator, Mapping
from typing import Any, Self


class Mode:
    """An object with a training mode and an evaluation mode; it starts in evaluation.

    ``net.train()``, ``net.eval()`` and ``net.training = True`` apply to every layer in its attributes, and in lists,
    tuples and dicts among these.

    Examples
    --------
    >>> from graphviz_nn.nn import Dropout, Linear, Sequential
    >>> net = Sequential(Linear(2, 3), Dropout(0.5))
    >>> net.train()[1].training, net.eval()[1].training
    (True, False)
    """

    training: bool = False

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "training":
            for each in inside(self):
                object.__setattr__(each, name, value)

    def train(self, training: bool = True) -> Self:
        """Set training mode, or evaluation mode with False, here and in all inner layers; return self."""
        self.training = training
        return self

    def eval(self) -> Self:
        """Set evaluation mode here and in all inner layers; return self."""
        return self.train(False)


def inside(value: Any) -> Iterator[Mode]:
    """The inner layers of a layer, each once."""
    met = {id(value)}
    waiting = list(vars(value).values())
    while waiting:
        each = waiting.pop()
        if id(each) in met:
            continue
        met.add(id(each))
        if isinstance(each, Mode):
            yield each
            waiting += vars(each).values()
        elif isinstance(each, Mapping):
            waiting += each.values()
        elif isinstance(each, list | tuple | set | frozenset):
            waiting += each
