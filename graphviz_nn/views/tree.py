"""A whole graph as a tree of blocks: modules in modules, down to single operations, for what opens them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

from graphviz_nn.errors import brief
from graphviz_nn.graph.ir import Graph, Operation, Shape, Variable
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.transforms.fold import title as function_of
from graphviz_nn.transforms.fold import unfold
from graphviz_nn.views.blocks import in_modules
from graphviz_nn.views.nesting import Box, Call, Item, Step, nested

Facts = tuple[tuple[str, str], ...]


class Result(NamedTuple):
    """A value that a node computes."""

    name: str
    shape: Shape
    dtype: str

    @property
    def size(self) -> str:
        """Its shape, as text."""
        return _size(self.shape)


class Given(NamedTuple):
    """A result of a node, by its number among the node's results, and the operand that it is, from 0."""

    node: int
    result: int
    operand: int


class Node(NamedTuple):
    """An operation, an input or target, or an output.

    Parameters
    ----------
    name : str
        The name of the operation or variable; no two operations have the same.
    title, kind : str
        What a picture calls it: the module or function that it is, otherwise its operation; and its operation. Of a
        variable, its name and its role.
    block : int
        The block that it is in.
    given : tuple of Given
        The results of other nodes that it takes, in the order of operands.
    facts : tuple of pairs of str
        Words, and what they say of it.
    """

    name: str
    title: str
    kind: str
    block: int
    given: tuple[Given, ...]
    results: tuple[Result, ...]
    facts: Facts


class Block(NamedTuple):
    """A module, or the call of a function; or a stretch of the many steps in one, which has no class.

    Parameters
    ----------
    title, kind : str
        What a picture calls it, which no other block beside it is called; and its class.
    block : int
        The block that it is in; -1 of the first, which is the model.
    first, end : int
        Its nodes are those from `first` on, before `end`.
    parameters : int
        How many entries its parameters have; what it uses twice counts once.
    """

    title: str
    kind: str
    block: int
    first: int
    end: int
    parameters: int


class Tree(NamedTuple):
    """Blocks, outer ones first, and nodes in the order of computation; the nodes of each block follow one another.

    The results of a block's items go to later items only, whether these are open or closed.
    """

    blocks: tuple[Block, ...]
    nodes: tuple[Node, ...]

    def path(self, block: int) -> tuple[str, ...]:
        """The titles of the blocks around what is in a block, outermost first, without the model."""
        found: list[str] = []
        while self.blocks[block].block >= 0:
            found.append(self.blocks[block].title)
            block = self.blocks[block].block
        return tuple(reversed(found))


def tree(graph: Graph) -> Tree:
    """The tree of a graph's blocks, with all its operations.

    Examples
    --------
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.tracing import input, trace
    >>> def model(x):
    ...     return nn.softmax(x) + 1
    >>> found = tree(trace(model, x=input(2)))
    >>> [(block.title, block.first, block.end) for block in found.blocks]
    [('model', 0, 8), ('softmax', 1, 6)]
    >>> [node.title for node in found.nodes]
    ['x', 'max', 'subtract', 'exp', 'sum', 'divide', 'add', 'model']
    """
    return _Writer(in_modules(unfold(graph))).tree()


class _Writer:
    """Numbers the blocks and nodes of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.wiring = graph, Wiring(graph)
        self.blocks: list[Block] = []
        self.nodes: list[Node] = []
        self.made: dict[str, tuple[int, int]] = {}

    def tree(self) -> Tree:
        wiring = self.wiring
        paths = {name: list(_path(wiring.operations[name])) for name in wiring.order()}
        before = {
            name: [wiring.producer[v] for v in wiring.arguments[name].values() if v in wiring.producer]
            for name in paths
        }
        self.blocks.append(Block(str(self.graph.graph.get("name", "model")), "", -1, 0, 0, 0))
        for name, variable in wiring.variables.items():
            if variable.role in ("input", "target"):
                self._add(name, name, variable.role, 0, {}, [name], ())
        used = self._write(nested(paths, before), 0)
        for name in self.graph.outputs:
            variable = wiring.variables[name]
            facts = () if name in self.made else ((variable.role, _told(name, variable)),)
            self._add(name, name, "output", 0, {0: name}, [], facts)
        self._close(0, used)
        return Tree(tuple(self.blocks), tuple(self.nodes))

    def _write(self, items: Sequence[Item], block: int) -> set[str]:
        """Write the items of a block, and return the parameters that they use."""
        called, used = Counter[str](), set[str]()
        for item in items:
            if isinstance(item, Step):
                used |= self._operation(item, block)
                continue
            number, first = len(self.blocks), len(self.nodes)
            title, kind = item.call[:2] if item.call else (self._stretch(item, self.blocks[block].first), "")
            called[title] += 1
            again = f" {called[title]}" if called[title] > 1 else ""
            self.blocks.append(Block(title + again, kind, block, first, first, 0))
            inside = self._write(item.items, number)
            self._close(number, inside)
            used |= inside
        return used

    def _stretch(self, box: Box, start: int) -> str:
        """What a stretch of steps is called, by the numbers of its operations from the start of their block."""
        before = sum(node.name in self.wiring.operations for node in self.nodes[start:])
        return f"steps {before + 1:,}–{before + sum(1 for _ in _steps(box)):,}"

    def _close(self, number: int, used: Iterable[str]) -> None:
        entries = sum(prod(self.wiring.variables[name].shape) for name in used)
        self.blocks[number] = self.blocks[number]._replace(end=len(self.nodes), parameters=entries)

    def _operation(self, step: Step, block: int) -> set[str]:
        operation, given = self.wiring.operations[step.name], self.wiring.arguments[step.name]
        kind = str(operation.attributes.get("called", operation.op))
        leaves = {v: self.wiring.variables[v] for v in given.values() if v not in self.made}
        facts = [
            *([("class", step.call.kind)] if step.call and step.call.kind else []),
            *((key, brief(value)) for key, value in operation.attributes.items() if key not in ("called", "where")),
            *((f"operand {slot + 1}", str(operation.spelled.get(slot, n))) for slot, n in operation.literals.items()),
            *((variable.role, _told(v, variable)) for v, variable in leaves.items()),
            *([("line", str(operation.source))] if operation.source else []),
        ]
        title = step.call.title if step.call else kind
        self._add(step.name, title, kind, block, given, self.wiring.results[step.name], facts)
        return {v for v, variable in leaves.items() if variable.role == "parameter"}

    def _add(
        self,
        name: str,
        title: str,
        kind: str,
        block: int,
        given: Mapping[int, str],
        results: Sequence[str],
        facts: Iterable[tuple[str, str]],
    ) -> None:
        taken = tuple(Given(*self.made[v], slot) for slot, v in given.items() if v in self.made)
        self.made.update((v, (len(self.nodes), slot)) for slot, v in enumerate(results))
        variables = ((v, self.wiring.variables[v]) for v in results)
        made = tuple(Result(v, variable.shape, variable.dtype) for v, variable in variables)
        self.nodes.append(Node(name, title, kind, block, taken, made, tuple(facts)))


def _path(operation: Operation) -> Iterator[Call]:
    """The calls around an operation: modules, each by its path in the one around it, then functions."""
    around = ""
    for call in operation.modules:
        title = call.path.removeprefix(around) or call.kind
        if call.path.rpartition(".")[0] == call.kind:
            # A function of the author; its calls are numbered.
            yield Call(call.kind, "", call.path)
        else:
            yield Call(title, call.kind if call.kind != title else "", f"{call.path} {call.call}")
        around = f"{call.path}."
    for scope in operation.scope:
        yield Call(function_of(scope), "", scope, is_function=True)


def _steps(box: Box) -> Iterator[Step]:
    for item in box.items:
        if isinstance(item, Step):
            yield item
        else:
            yield from _steps(item)


def _told(name: str, variable: Variable) -> str:
    return f"{name} {_size(variable.shape)}"


def _size(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "a number"
