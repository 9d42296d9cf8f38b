"""The pictures that result from opening and closing blocks, drawn ahead."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from graphviz_nn.errors import Error
from graphviz_nn.figure.panel import Panel
from graphviz_nn.figure.pipeline import in_one_line
from graphviz_nn.graph import Operation
from graphviz_nn.graph.unchanged import unchanged
from graphviz_nn.render.html import State
from graphviz_nn.scene import Scene

# The most pictures in a file, and the most shapes in all of them. A block that has many operations takes the longer to
# lay out the more is around it: the most of their product.
MOST, LARGEST, MOST_WORK = 64, 20_000, 20_000


class Redrawn(Protocol):
    """A picture that can be drawn again with other options."""

    @property
    def panels(self) -> tuple[Panel, ...]: ...

    @property
    def scene(self) -> Scene: ...

    @property
    def noticed(self) -> tuple[str, ...]: ...

    @property
    def again(self) -> Callable[..., Any] | None: ...


P = TypeVar("P", bound=Redrawn)


def states(picture: P) -> dict[State, P]:
    """Draw a picture in each state of its open blocks, starting with itself.

    The states are all combinations if these are few; otherwise each block alone, and all together. A block that can't
    open in every view stays closed.

    Examples
    --------
    >>> from graphviz_nn.figure.drawing import draw
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.tracing import input, trace
    >>> list(states(draw(trace(lambda z: nn.softmax(z), z=input(2)))))
    [(), ('softmax',)]
    """
    with in_one_line(), unchanged():
        return _states(picture)


def _states(picture: P) -> dict[State, P]:
    start = opened(picture)
    if picture.noticed and picture.again is not None:
        picture = picture.again()
    found = {start: picture}
    most = min(MOST, max(2, LARGEST // max(1, len(picture.scene.groups))))
    blocks = tuple(_closed(picture))
    if 2 ** len(blocks) <= most:
        for state in _growing(found):
            for change in _changes(found[state], state):
                if len(found) < most:
                    _add(found, picture, change)
        return found
    for block in blocks[: most - 2]:
        _add(found, picture, _with(start, block))
    _add_all(found, picture, start)
    return found


def reached(found: Mapping[State, Redrawn], state: State) -> dict[str, State]:
    """The nearest drawn picture after opening or closing each block of a state."""
    shown = found[state]
    ways = {block: (_with(state, block), _with((), block)) for block in _closed(shown)}
    ways |= {block: (_without(shown, state, block), next(iter(found))) for block in state}
    drawn = {block: next((way for way in both if way in found), state) for block, both in ways.items()}
    return {block: way for block, way in drawn.items() if way != state}


def opened(picture: Redrawn) -> State:
    """The open blocks of a picture: those with a frame around their shapes."""
    return tuple(sorted({name for panel in picture.panels for name in panel.graph.graph.get("frames", ())}))


def _growing(found: dict[State, P]) -> Iterator[State]:
    """Iterate over the states, including those added in the meantime."""
    done = 0
    while done < len(found):
        yield list(found)[done]
        done += 1


def _closed(picture: Redrawn) -> list[str]:
    """The blocks of a picture that are drawn as a single node."""
    if picture.again is None:
        return []
    drawn = {group.name for group in picture.scene.groups}
    graphs = [panel.graph for panel in picture.panels if not panel.diagram.columns]
    most = MOST_WORK // max(1, len(picture.scene.groups))
    bodies = (name for graph in graphs for name, operation in graph.operations.items() if _opens(operation, most))
    repeated = {name for graph in graphs for name in graph.graph.get("repeats", ())}
    return [name for name in dict.fromkeys(bodies) if name in drawn - repeated]


def _opens(operation: Operation, most: int) -> bool:
    return operation.body is not None and len(operation.body.operations) <= most


def _functions(picture: Redrawn) -> dict[str, str]:
    """The functions of the blocks of a picture, open or not."""
    found: dict[str, str] = {}
    for graph in (panel.graph for panel in picture.panels):
        found.update((name, operation.op) for name, operation in graph.operations.items() if operation.body is not None)
        found.update((name, function) for name, (function, _) in graph.graph.get("frames", {}).items())
    return found


def _with(state: State, block: str) -> State:
    return tuple(sorted({*state, block}))


def _without(picture: Redrawn, state: State, block: str) -> State:
    """The state in which a block, and everything inside it, is closed."""
    gone = {block}
    for panel in picture.panels:
        members = {name: set(steps) for name, (_, steps) in panel.graph.graph.get("frames", {}).items()}
        # Of two blocks with the same contents, the later one is inside.
        names = list(members)
        later = names[names.index(block) :] if block in members else []
        gone |= {name for name in names if members[name] < members.get(block, set())}
        gone |= {name for name in later if members[name] == members[block]}
    return tuple(name for name in state if name not in gone)


def _changes(picture: Redrawn, state: State) -> Iterator[State]:
    yield from (_with(state, block) for block in _closed(picture))
    if picture.again is not None:
        yield from (_without(picture, state, block) for block in state)


def _add(found: dict[State, P], picture: P, state: State) -> bool:
    """Draw a state, if it is possible and new."""
    if state in found or picture.again is None:
        return False
    functions = {block: function for each in found.values() for block, function in _functions(each).items()}
    # The name of a function would open all of its blocks.
    alone = [f"{block}_1" if functions.get(block) == block else block for block in state]
    try:
        drawn = picture.again(expand=alone)
    except Error:
        # A view has no such block, or can't draw its contents.
        return False
    if opened(drawn) != state:
        return False
    found[state] = drawn
    return True


def _add_all(found: dict[State, P], picture: P, start: State) -> None:
    """Add the picture with every block open, including nested ones."""
    state, shown = start, picture
    while blocks := [block for block in _closed(shown) if block not in state]:
        further = tuple(sorted({*state, *blocks}))
        if not _add(found, picture, further):
            return
        if state != start:
            del found[state]
        state, shown = further, found[further]
