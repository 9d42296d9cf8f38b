"""The pictures that a picture becomes when its blocks are opened and closed, drawn ahead."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from graphviz_nn.errors import Error
from graphviz_nn.figure.panel import Panel
from graphviz_nn.render.html import State
from graphviz_nn.scene import Scene

# The most pictures of one file, and the most things in all of them together.
MOST, LARGEST = 64, 20_000


class Redrawn(Protocol):
    """A picture that can be drawn again with other options."""

    @property
    def panels(self) -> tuple[Panel, ...]: ...

    @property
    def scene(self) -> Scene: ...

    @property
    def again(self) -> Callable[..., Any] | None: ...


P = TypeVar("P", bound=Redrawn)


def states(picture: P) -> dict[State, P]:
    """A picture and what it becomes, by the blocks that are open, itself first.

    All combinations while they are few, else each block alone and all of them together. A block that can't be opened
    in every view of a picture is never open.

    Examples
    --------
    >>> from graphviz_nn.figure.drawing import draw
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.tracing import input, trace
    >>> list(states(draw(trace(lambda z: nn.softmax(z), z=input(2)))))
    [(), ('softmax',)]
    """
    start = opened(picture)
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
    """What opening or closing each block of a state leads to: the nearest of the pictures that are drawn."""
    shown = found[state]
    ways = {block: (_with(state, block), _with((), block)) for block in _closed(shown)}
    ways |= {block: (_without(shown, state, block), next(iter(found))) for block in state}
    drawn = {block: next((way for way in both if way in found), state) for block, both in ways.items()}
    return {block: way for block, way in drawn.items() if way != state}


def opened(picture: Redrawn) -> State:
    """The blocks that are open in a picture; a frame is drawn around those that have shapes inside."""
    return tuple(sorted({name for panel in picture.panels for name in panel.graph.graph.get("frames", ())}))


def _growing(found: dict[State, P]) -> Iterator[State]:
    """The states, those too that are added meanwhile."""
    done = 0
    while done < len(found):
        yield list(found)[done]
        done += 1


def _closed(picture: Redrawn) -> list[str]:
    """The blocks of a picture that are drawn as one thing."""
    if picture.again is None:
        return []
    drawn = {group.name for group in picture.scene.groups}
    graphs = [panel.graph for panel in picture.panels if not panel.diagram.columns]
    bodies = (name for graph in graphs for name, operation in graph.operations.items() if operation.body is not None)
    return [name for name in dict.fromkeys(bodies) if name in drawn]


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
    """The state in which a block is closed, and so all that is inside of it."""
    gone = {block}
    for panel in picture.panels:
        members = {name: set(steps) for name, (_, steps) in panel.graph.graph.get("frames", {}).items()}
        # Of two that have the same in them, the later one is inside.
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
    """Draw a state, where it can be drawn and isn't yet."""
    if state in found or picture.again is None:
        return False
    functions = {block: function for each in found.values() for block, function in _functions(each).items()}
    # The name of a function would open all of its blocks.
    alone = [f"{block}_1" if functions.get(block) == block else block for block in state]
    try:
        drawn = picture.again(expand=alone)
    except Error:
        # One of several views has no such block, or what is inside can't be drawn.
        return False
    if opened(drawn) != state:
        return False
    found[state] = drawn
    return True


def _add_all(found: dict[State, P], picture: P, start: State) -> None:
    """Add the picture with every block open, those inside of others too."""
    state, shown = start, picture
    while blocks := [block for block in _closed(shown) if block not in state]:
        further = tuple(sorted({*state, *blocks}))
        if not _add(found, picture, further):
            return
        if state != start:
            del found[state]
        state, shown = further, found[further]
