"""Replay the nodes of an ONNX graph in order."""

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, brief, one_line
from graphviz_nn.graph.ir import Graph, ModuleCall, Role
from graphviz_nn.graph.text import words
from graphviz_nn.importers.onnx_model.attributes import attributes_of, filled_in
from graphviz_nn.importers.onnx_model.definitions import function_of, results_of, told
from graphviz_nn.importers.onnx_model.operators import Row, row_of
from graphviz_nn.importers.onnx_model.reading import MOST_NODES, OWN_DOMAINS, captured, titled
from graphviz_nn.importers.onnx_model.scopes import modules_of, source_of
from graphviz_nn.importers.onnx_model.table import refuse
from graphviz_nn.importers.onnx_model.tensors import Held, held
from graphviz_nn.importers.replay import SYMBOLS, UNFIT, Known, Replay
from graphviz_nn.tracing import label
from graphviz_nn.tracing.tracer import Tracer

SMALL = 10_000
"""Known arrays of this many entries in all are computed at once; larger ones become leaves of the graph."""

DEEPEST = 40
"""How deeply functions and branches may be nested."""

NO_ROW = Row(lambda: None)


@dataclass
class Missing:
    """A value that can't be drawn, and why."""

    reason: str


class Walk:
    """A graph in the making, and its values by their names in the file.

    A value is traced, or an array that is known, or `Held` by the file, or `Missing`; None is an input left out.
    """

    def __init__(self, model: Any, where: str, versions: Mapping[str, int]) -> None:
        self.where = where
        self.versions = dict(versions)
        self.replay = Replay()
        self.values: ChainMap[str, Any] = ChainMap()
        self.told = told(model.graph)
        self.functions = {(each.domain, each.name): each for each in model.functions}
        self.partial: list[str] = []
        self.elsewhere: dict[str, str] = {}
        self.modules: tuple[ModuleCall, ...] = ()
        self._frontier: dict[int, Tracer] = {}
        self._leaves: set[str] = set()
        self._steps = self._depth = 0
        # Within an operator's own definition, all must be computed.
        self._is_strict = False

    def enter(self, name: str, known: Known) -> None:
        """Add an input."""
        self.define(name, self.replay.leaf(self._unique(name), "input", known, tex=_label(name)))

    def define(self, name: str, value: Any) -> None:
        """Give a value its name.

        Raises
        ------
        UsageError
            If the name is taken.
        """
        if name in self.values.maps[0]:
            raise UsageError(f"{self.where} defines {brief(name)} twice; save the model again")
        self.values[name] = value

    def nodes(self, nodes: Iterable[Any]) -> None:
        """Replay nodes, which are in the order of computation."""
        nodes = list(nodes)
        later = {name for node in nodes for name in node.output}
        for node in nodes:
            self._steps += 1
            if self._steps > MOST_NODES:
                raise UsageError(f"{self.where} runs more than {MOST_NODES:,} steps; import a part of it")
            inputs = {name: self._read(name, node, later) for name in (*node.input, *captured(node)) if name}
            found = self._found(node, inputs)
            for name, result in zip_longest(node.output, found if isinstance(found, tuple) else (found,)):
                if name:
                    self.define(name, Missing(f"{titled(node)} has no such result") if result is None else result)

    def _read(self, name: str, node: Any, later: set[str]) -> Any:
        if name not in self.values:
            problem = "which nothing computes"
            if name in later:
                problem = "which is computed later: the nodes are out of order, or in a circle"
            raise UsageError(f"{self.where}: {titled(node)} reads {brief(name)}, {problem}; save the model again")
        return self.values[name]

    def _found(self, node: Any, inputs: Mapping[str, Any]) -> Any:
        """The results of a node: a value, or a tuple of them."""
        lost = next((each for each in inputs.values() if isinstance(each, Missing)), None)
        if lost is not None:
            return (lost,) * len(node.output)
        is_own = node.domain in OWN_DOMAINS
        if is_own and node.op_type == "If" and (condition := _known_truth(inputs.get(node.input[0]))) is not None:
            return self._branch(node, condition)
        function = self.functions.get((node.domain, node.op_type))
        if function is not None:
            with self._place(node), self._named(node.op_type):
                return self._call(function, node, [inputs.get(name) for name in node.input])
        version = self.versions.get("" if is_own else node.domain, 1)
        row = row_of(node.op_type, version) if is_own else None
        with self._place(node):
            return self._step(node, inputs, row)

    def _step(self, node: Any, inputs: Mapping[str, Any], row: Row | None) -> Any:
        """Compute a node by its row, or by ONNX's own definition, or leave it opaque."""
        count = max((place for place, name in enumerate(node.output, 1) if name), default=1)
        values = [inputs.get(name) for name in node.input]
        rule: Callable[..., Any] | None = None
        known: dict[str, Any] = {}
        try:
            known = attributes_of(node)
            if row is not None:
                rule = self._computed(row, count)
            elif node.domain in OWN_DOMAINS:
                rule, known = self._defined(node, values), {}
            if rule is not None and (arrays := _settled(values, row or NO_ROW)) is not None:
                with np.errstate(all="ignore"):
                    return self._kept(node, rule(*arrays, **known))
        except UNFIT:
            # It may still be drawn.
            pass
        arguments, reason = self._arguments(values, row or NO_ROW)
        if reason:
            rule = _failing(reason)
        if self._is_strict:
            return refuse(f"{node.op_type} has no rule") if rule is None else rule(*arguments, **known)
        if rule is None:
            arguments = [*arguments, *self._arguments([inputs[name] for name in captured(node)], NO_ROW)[0]]
        unknown = ""

        def shapes() -> list[Known]:
            nonlocal unknown
            found = self._shapes(node, inputs)
            names = list(node.output)[:count]
            unknown = next((name for name in names if name and name not in found), "")
            if unknown:
                refuse(f"the shape of {brief(unknown)}, a result of {titled(node)}, isn't known")
            return [found.get(name, Known((), "float32")) for name in names]

        try:
            return self._kept(node, self.replay.step(_word(node.op_type), rule, arguments, known, shapes))
        except UsageError as error:
            if not unknown:
                raise
            self.partial.append(str(error))
            self._frontier.update((each.number, each) for each in arguments if isinstance(each, Tracer))
            return (Missing(str(error)),) * len(node.output)

    def _kept(self, node: Any, found: Any) -> Any:
        """The results; of those that are known, weights and large arrays become leaves when a step needs them."""
        results = found if isinstance(found, tuple) else (found,)
        kept = tuple(_held(name, each) for name, each in zip(node.output, results, strict=False))
        return kept if isinstance(found, tuple) else kept[0]

    def _shapes(self, node: Any, inputs: Mapping[str, Any]) -> dict[str, Known]:
        """What the file and onnx know of a node's results."""
        known = {name: _known(each) for name, each in inputs.items()}
        arrays = {name: array for name, each in inputs.items() if (array := _array(each)) is not None}
        found = results_of(node, known, arrays, self.versions)
        return {name: self.told[name] for name in node.output if name in self.told} | found

    def _arguments(self, values: Sequence[Any], row: Row) -> tuple[list[Any], str]:
        """The arguments of a rule: traced values where these are weights, arrays where it must know the numbers; and
        why they don't suffice."""
        found: list[Any] = []
        reason = ""
        for slot, each in enumerate(values):
            array = _array(each)
            if each is None or isinstance(each, Tracer):
                found.append(each)
            elif slot in row.static and array is not None:
                found.append(array)
            elif isinstance(each, Held) and (array is None or array.size > SMALL or not each.is_plain):
                if slot in row.static:
                    reason = f"its numbers are in {each.file}"
                found.append(self._leaf(each, row, slot))
            else:
                found.append(array)
        return found, reason

    def _unique(self, name: str) -> str:
        """A leaf's name, which is one line."""
        name = one_line(name) or "unnamed"
        while name in self._leaves:
            name += "_"
        self._leaves.add(name)
        return name

    def _leaf(self, each: Held, row: Row, slot: int) -> Tracer:
        """The leaf of a tensor that the file holds."""
        if each.entered is None:
            is_weight = (each.is_learned or slot in row.weights) and slot not in row.statistics
            is_real = np.dtype(each.known.dtype).kind == "f"
            # A constant must have its numbers.
            role: Role = "parameter" if each.array is None or (is_weight and is_real) else "constant"
            name = self._unique(each.name)
            if each.array is None:
                self.elsewhere[name] = each.file
            each.entered = self.replay.leaf(name, role, each.known, each.array, _label(name))
        found: Tracer = each.entered
        return found

    @contextmanager
    def _place(self, node: Any) -> Iterator[None]:
        """Record what follows as steps of the node's modules, at its line."""
        if self._is_strict:
            yield
            return
        modules, source = (*self.modules, *modules_of(node)), source_of(node)
        outer = self.replay.recording.source
        with self.replay.at(modules, source or (outer if self._depth else None)):
            yield

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        with self.replay.recording.inside(_word(name)):
            yield

    @contextmanager
    def _within(self, values: ChainMap[str, Any], versions: Mapping[str, int], is_strict: bool) -> Iterator[None]:
        """Replay the nodes of a subgraph or function."""
        outer = self.values, self.versions, self._is_strict, self.modules
        self._depth += 1
        if self._depth > DEEPEST:
            raise UsageError(f"{self.where} nests its functions more than {DEEPEST} deep; import a part of it")
        self.values, self.versions, self._is_strict = values, dict(versions), is_strict
        self.modules = self.replay.recording.modules
        try:
            yield
        finally:
            self.values, self.versions, self._is_strict, self.modules = outer
            self._depth -= 1

    def _branch(self, node: Any, condition: bool) -> tuple[Any, ...]:
        """The results of the branch of an If that is taken."""
        wanted = "then_branch" if condition else "else_branch"
        graph = next((each.g for each in node.attribute if each.name == wanted), None)
        if graph is None:
            raise UsageError(f"{self.where}: {titled(node)} has no {wanted}; save the model again")
        with self._within(self.values.new_child(), self.versions, self._is_strict):
            for tensor in graph.initializer:
                self.define(tensor.name, held(tensor.name, tensor))
            self.nodes(graph.node)
            return tuple(self.values.get(each.name, Missing("it has no such result")) for each in graph.output)

    def _call(self, function: Any, node: Any, values: Sequence[Any], *, is_strict: bool = False) -> tuple[Any, ...]:
        """The results of a call of a function of the file, or of ONNX's own definition of an operator."""
        versions = {"" if each.domain in OWN_DOMAINS else each.domain: each.version for each in function.opset_import}
        given = {each.name: each for each in function.attribute_proto} | {each.name: each for each in node.attribute}
        inputs = dict(zip_longest(function.input, values[: len(function.input)]))
        with self._within(ChainMap(inputs), versions, is_strict):
            self.nodes(filled_in(each, given) for each in function.node)
            return tuple(self.values.get(name, Missing("it has no such result")) for name in function.output)

    def _computed(self, row: Row, count: int) -> Callable[..., Any]:
        """A row's rule with exactly this many results, as one call if it has a name."""

        def rule(*arguments: Any, **attributes: Any) -> Any:
            with self._named(row.call) if row.call else nullcontext():
                found = row.rule(*arguments, **attributes, **({"results": count} if row.counts else {}))
            if not isinstance(found, tuple):
                return found if count == 1 else refuse("its other results have no rule")
            if len(found) < count:
                refuse(f"it has {count} results, but its rule gives {len(found)}")
            return found[0] if count == 1 else found[:count]

        return rule

    def _defined(self, node: Any, values: Sequence[Any]) -> Callable[..., Any] | None:
        """A rule for an operator that ONNX defines by others."""
        types = [None if each is None else _known(each) for each in values]
        function = function_of(node, types, self.versions.get("", 1))
        if function is None:
            return None

        def rule(*arguments: Any) -> Any:
            with self._named(node.op_type):
                found = self._call(function, node, arguments, is_strict=True)
            found = tuple(each.array if isinstance(each, Held) else each for each in found)
            return found[0] if len(node.output) == 1 else found[: len(node.output)]

        return rule

    def graph(self, outputs: Sequence[str], title: str) -> Graph:
        """The finished graph; what couldn't be drawn is a remark.

        Raises
        ------
        UsageError
            If there is nothing to draw.
        """
        found = {}
        for name in outputs:
            value = self.values.get(name, Missing(f"nothing computes {brief(name)}"))
            if isinstance(value, Missing):
                self.partial.append(value.reason)
            elif name:
                found[one_line(name)] = self._leaf(value, NO_ROW, 0) if isinstance(value, Held) else value
        if not found:
            found = {f"before_the_end_{number}": each for number, each in enumerate(self._frontier.values(), 1)}
        for name, value in found.items():
            if isinstance(value, Tracer) and (text := _label(name)):
                label(value, text)
        if not found:
            raise UsageError(f"{self.where} has nothing that can be drawn: {'; '.join(self.partial) or 'no outputs'}")
        graph = self.replay.graph(found, {"name": one_line(title)})
        for reason in dict.fromkeys(self.partial):
            graph.remark(f"the picture is partial: {reason}")
        if self.elsewhere:
            graph.graph["elsewhere"] = tuple(sorted(self.elsewhere.items()))
        return graph


def _held(name: str, value: Any) -> Any:
    if isinstance(value, Tracer | Held):
        return value
    array = np.asarray(value)
    is_weight = array.size > SMALL or (array.ndim and array.dtype.kind == "f")
    return Held(name, Known(array.shape, array.dtype.name), array) if is_weight else array


def _array(value: Any) -> Any:
    """The numbers of a value, if they are known."""
    return value.array if isinstance(value, Held) else None if isinstance(value, Tracer) else value


def _known(value: Any) -> Known:
    if isinstance(value, Held):
        return value.known
    return Known(np.shape(value), np.dtype(value.dtype).name)


def _known_truth(value: Any) -> bool | None:
    array = _array(value)
    return bool(np.ravel(array)[0]) if array is not None and np.size(array) == 1 else None


def _settled(values: Sequence[Any], row: Row) -> list[Any] | None:
    """The arrays of a step that depends on no input and no weight."""
    arrays = [_array(each) for each in values]
    for slot, (each, array) in enumerate(zip(values, arrays, strict=True)):
        if each is not None and array is None:
            return None
        if isinstance(each, Held) and each.is_learned and not each.is_plain and slot not in row.static:
            return None
    return arrays if sum(array.size for array in arrays if array is not None) <= SMALL else None


def _failing(reason: str) -> Callable[..., Any]:
    def rule(*_: Any, **__: Any) -> Any:
        refuse(reason)

    return rule


def _label(name: str) -> str | None:
    """Words for a name that isn't a symbol: the last part of a path."""
    last = name.rpartition("/")[2] or name
    if SYMBOLS.get(last.rpartition(".")[2]) or name.isidentifier():
        return None
    return words(last if len(last) <= 40 else f"{last[:39]}…")


def _word(name: str) -> str:
    """A name that may come from anybody, as a part of a path."""
    return re.sub(r"[^\w.]", "_", name)[:60] or "step"
