"""Training or evaluation: what a layer and the layers inside it are told together."""

from collections.abc import Iterator, Mapping
from typing import Any, Self


class Mode:
    """Something that is in training or in evaluation, in which it starts.

    ``net.train()``, ``net.eval()`` and ``net.training = True`` reach every layer inside it: those that are its
    attributes, and those in lists, tuples and dicts among these.

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
        """Put it and all inside it into training, or with False into evaluation; what is called itself."""
        self.training = training
        return self

    def eval(self) -> Self:
        """Put it and all inside it into evaluation; what is called itself."""
        return self.train(False)


def inside(value: Any) -> Iterator[Mode]:
    """The layers inside a layer, each once."""
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
