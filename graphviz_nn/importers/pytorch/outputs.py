"""The names of a model's results."""

from typing import Any

from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.structure import leaves, names


def named(found: Any) -> dict[str, Any]:
    """Results by name: keys and fields on the way to them; ``output`` and a number where there are only places.

    Raises
    ------
    TracingError
        If there is no result.

    Examples
    --------
    >>> named({"loss": 1, "logits": 2}), named((1, 2)), named(3)
    ({'loss': 1, 'logits': 2}, {'output1': 1, 'output2': 2}, {'output': 3})
    """
    paths = [(path, value) for path, value in leaves(found) if value is not None]
    if not paths:
        raise TracingError("the model returns nothing that can be drawn; return a tensor")
    if len(paths) == 1 and not _words(paths[0][0]):
        return {"output": paths[0][1]}
    if not any(_words(path) for path, _ in paths):
        return {f"output{number}": value for number, (_, value) in enumerate(paths, 1)}
    called = names([path if isinstance(path[0], str) else ("output", *path) for path, _ in paths])
    return dict(zip(called, (value for _, value in paths), strict=True))


def _words(path: tuple[Any, ...]) -> list[str]:
    return [each for each in path if isinstance(each, str)]
