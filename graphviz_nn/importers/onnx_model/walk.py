"""Replay the nodes of an ONNX graph in order."""

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from itertools import zip_longest
from typing import Any

import numpy as np

from graphviz_nn.errors import Error, UsageError, brief, one_line
from graphviz_nn.graph.ir import Graph, ModuleCall
from graphviz_nn.importers.onnx_model.attributes import attributes_of, filled_in
from graphviz_nn.importers.onnx_model.control import CONTROL, scan_of_examples
from graphviz_nn.importers.onnx_model.definitions import function_of, kind_made, kinds_in, results_of, told
from graphviz_nn.importers.onnx_model.leaves import Leaves, label_of
from graphviz_nn.importers.onnx_model.operators import Row, row_of
from graphviz_nn.importers.onnx_model.reading import MOST_NODES, OWN_DOMAINS, captured, titled
from graphviz_nn.importers.onnx_model.scopes import modules_of, source_of
from graphviz_nn.importers.onnx_model.sequences import SEQUENCES
from graphviz_nn.importers.onnx_model.table import refuse
from graphviz_nn.importers.onnx_model.tensors import Held, held
from graphviz_nn.importers.onnx_model.values import Missing, array_in, kept, known_of, settled
from graphviz_nn.importers.replay import UNFIT, Known, NoRule
from graphviz_nn.tracing import label
from graphviz_nn.tracing.tracer import Tracer

DEEPEST = 40
"""How deeply functions and branches may be nested."""

NO_ROW = Row(lambda: None)


class Walk:
    """A graph in the making, and its values by their names in the file.

    Attributes
    ----------
    unrolled : int
        How many nodes its loops, and its branches by the data, have run.
    """

    def __init__(self, model: Any, where: str, versions: Mapping[str, int]) -> None:
        self.where = where
        self.versions = dict(versions)
        self.leaves = Leaves()
        self.values: ChainMap[str, Any] = ChainMap()
        self.told = told(model.graph)
        self.kinds: ChainMap[str, int] = ChainMap(kinds_in(model.graph))
        self.functions = {(each.domain, each.name): each for each in model.functions}
        self.partial: list[str] = []
        self.modules: tuple[ModuleCall, ...] = ()
        self.unrolled = 0
        self._frontier: dict[int, Tracer] = {}
        self._steps = self._depth = 0
        # Within an operator's own definition, all must be computed.
        self._is_strict = False

    def enter(self, name: str, known: Known) -> None:
        """Add an input."""
        self.define(name, self.leaves.enter(name, known))

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
            if kind := kind_made(node):
                self.kinds[node.output[0]] = kind
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
        if is_own and node.op_type in CONTROL:
            return self._controlled(node, inputs)
        lists = any(isinstance(each, list) for each in inputs.values())
        if lists or (is_own and node.op_type in SEQUENCES.keys() - {"Identity"}):
            return self._listed(node, inputs)
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
                rule = self._computed(row, node, count)
            elif node.domain in OWN_DOMAINS:
                rule, known = self._defined(node, values), {}
            if rule is not None and (arrays := settled(values, row or NO_ROW)) is not None:
                with np.errstate(all="ignore"):
                    return self._kept(node, rule(*arrays, **known))
        except UNFIT:
            # It may still be drawn.
            pass
        arguments, reason = self.leaves.arguments(values, row or NO_ROW)
        if reason:
            rule = _failing(reason)
        if self._is_strict:
            return refuse(f"{node.op_type} has no rule") if rule is None else rule(*arguments, **known)
        # What is drawn as one step shows all that its subgraphs read.
        arguments += self.leaves.arguments([inputs[name] for name in captured(node)], NO_ROW)[0]
        unknown = ""

        def shapes(reason: str) -> list[Known]:
            nonlocal unknown
            found = self._shapes(node, inputs)
            names = list(node.output)[:count]
            unknown = next((name for name in names if name and name not in found), "")
            if unknown:
                refuse(f"the shape of {brief(unknown)}, a result of {titled(node)}, isn't known ({reason})")
            return [found.get(name, Known((), "float32")) for name in names]

        try:
            return self._kept(node, self.leaves.replay.step(_word(node.op_type), rule, arguments, known, shapes))
        except UsageError as error:
            if not unknown:
                raise
            self.partial.append(str(error))
            self._frontier.update((each.number, each) for each in arguments if isinstance(each, Tracer))
            return (Missing(str(error)),) * len(node.output)

    def _kept(self, node: Any, found: Any) -> Any:
        """The results; of those that are known, weights and large arrays become leaves when a step needs them."""
        results = found if isinstance(found, tuple) else (found,)
        named = tuple(kept(name, each) for name, each in zip(node.output, results, strict=False))
        return named if isinstance(found, tuple) or not named else named[0]

    def _shapes(self, node: Any, inputs: Mapping[str, Any]) -> dict[str, Known]:
        """What the file and onnx know of a node's results."""
        known = {name: known_of(each) for name, each in inputs.items()}
        arrays = {name: array for name, each in inputs.items() if (array := array_in(each)) is not None}
        found = results_of(node, known, arrays, self.versions)
        return {name: self.told[name] for name in node.output if name in self.told} | found

    @contextmanager
    def _place(self, node: Any) -> Iterator[None]:
        """Record what follows as steps of the node's modules, at its line."""
        if self._is_strict:
            yield
            return
        modules, source = (*self.modules, *modules_of(node)), source_of(node)
        outer = self.leaves.replay.recording.source
        with self.leaves.replay.at(modules, source or (outer if self._depth else None)):
            yield

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        with self.leaves.replay.recording.inside(_word(name)):
            yield

    @contextmanager
    def _within(
        self, values: ChainMap[str, Any], kinds: ChainMap[str, int], versions: Mapping[str, int], is_strict: bool
    ) -> Iterator[None]:
        """Replay the nodes of a subgraph or function."""
        outer = self.values, self.kinds, self.versions, self._is_strict, self.modules
        self._depth += 1
        if self._depth > DEEPEST:
            raise UsageError(f"{self.where} nests its functions more than {DEEPEST} deep; import a part of it")
        self.values, self.kinds, self.versions, self._is_strict = values, kinds, dict(versions), is_strict
        self.modules = self.leaves.replay.recording.modules
        try:
            yield
        finally:
            self.values, self.kinds, self.versions, self._is_strict, self.modules = outer
            self._depth -= 1

    def _controlled(self, node: Any, inputs: Mapping[str, Any]) -> Any:
        """The results of a branch or loop; it is one step if its subgraphs can't be followed."""
        values = [inputs.get(name) for name in node.input]
        rule = CONTROL[node.op_type]
        if node.op_type == "Scan" and self.versions.get("", 1) < 9:
            rule = scan_of_examples
        mark, partial = self.leaves.mark(), list(self.partial)
        with self._place(node):
            try:
                return tuple(kept(*each) for each in zip_longest(node.output, rule(self, node, values)))
            except Error:
                # The file is broken.
                raise
            except UNFIT as error:
                self.leaves.back_to(*mark)
                self.partial = partial
                self._frontier = {number: each for number, each in self._frontier.items() if number < mark[0]}
                if any(isinstance(each, list) for each in inputs.values()):
                    return self._lost(node, inputs, str(error))
                return self._step(node, inputs, Row(_failing(str(error))))

    def _listed(self, node: Any, inputs: Mapping[str, Any]) -> Any:
        """The result of a step that makes or reads a sequence."""
        rule = SEQUENCES.get(node.op_type) if node.domain in OWN_DOMAINS else None
        try:
            values = [inputs.get(name) for name in node.input]
            values = [each if isinstance(each, list | None) else self.plain(each) for each in values]
            with self._place(node):
                found = _failing("it takes no sequence")() if rule is None else rule(*values, **attributes_of(node))
        except UNFIT as error:
            return self._lost(node, inputs, str(error))
        return kept(node.output[0], found)

    def _lost(self, node: Any, inputs: Mapping[str, Any], reason: str) -> Any:
        """No results: the picture ends before a step."""
        self.partial.append(f"{titled(node)} isn't drawn: {reason}")
        read = [each for _, each in _unpacked(inputs)]
        self._frontier.update((each.number, each) for each in read if isinstance(each, Tracer))
        return (Missing(self.partial[-1]),) * len(node.output)

    def body(self, graph: Any, values: Sequence[Any]) -> list[Any]:
        """The results of a subgraph for these values of its inputs."""
        if len(values) != len(graph.input):
            raise UsageError(f"{self.where}: a subgraph takes {len(graph.input)} inputs, found {len(values)}")
        kinds = self.kinds.new_child(kinds_in(graph))
        with self._within(self.values.new_child(), kinds, self.versions, self._is_strict):
            for each, value in zip(graph.input, values, strict=True):
                self.define(each.name, value)
            for tensor in graph.initializer:
                self.define(tensor.name, held(tensor.name, tensor))
            self.nodes(graph.node)
            return [self.values.get(each.name, Missing("it has no such result")) for each in graph.output]

    def plain(self, value: Any) -> Any:
        """A value as an array, traced or not."""
        if isinstance(value, Missing | list):
            raise NoRule(value.reason if isinstance(value, Missing) else "it reads a sequence")
        return self.leaves.arguments([value], NO_ROW)[0][0]

    def _call(self, function: Any, node: Any, values: Sequence[Any], *, is_strict: bool = False) -> tuple[Any, ...]:
        """The results of a call of a function of the file, or of ONNX's own definition of an operator."""
        versions = {"" if each.domain in OWN_DOMAINS else each.domain: each.version for each in function.opset_import}
        given = {each.name: each for each in function.attribute_proto} | {each.name: each for each in node.attribute}
        inputs = dict(zip_longest(function.input, values[: len(function.input)]))
        kinds = {inner: self.kinds.get(name, 0) for inner, name in zip(function.input, node.input, strict=False)}
        with self._within(ChainMap(inputs), ChainMap(kinds), versions, is_strict):
            self.nodes(filled_in(each, given) for each in function.node)
            return tuple(self.values.get(name, Missing("it has no such result")) for name in function.output)

    def _computed(self, row: Row, node: Any, count: int) -> Callable[..., Any]:
        """A row's rule with exactly this many results, as one call if it has a name."""
        known = {"results": count, "kinds": [self.kinds.get(name, 0) for name in node.input]}
        asked = {name: known[name] for name in row.asks}

        def rule(*arguments: Any, **attributes: Any) -> Any:
            with self._named(row.call) if row.call else nullcontext():
                found = row.rule(*arguments, **attributes, **asked)
            if not isinstance(found, tuple):
                return found if count == 1 else refuse("its other results have no rule")
            if len(found) < count:
                refuse(f"it has {count} results, but its rule gives {len(found)}")
            return found[0] if count == 1 else found[:count]

        return rule

    def _defined(self, node: Any, values: Sequence[Any]) -> Callable[..., Any] | None:
        """A rule for an operator that ONNX defines by others."""
        types = [None if each is None else known_of(each) for each in values]
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
        results = {name: self.values.get(name, Missing(f"nothing computes {brief(name)}")) for name in outputs}
        for name, value in _unpacked(results):
            if isinstance(value, Missing):
                self.partial.append(value.reason)
            elif name:
                found[one_line(name)] = self.leaves.leaf(value, NO_ROW, 0) if isinstance(value, Held) else value
        if not found:
            found = {f"before_the_end_{number}": each for number, each in enumerate(self._frontier.values(), 1)}
        for name, value in found.items():
            if isinstance(value, Tracer) and (text := label_of(name)):
                label(value, text)
        if not found:
            raise UsageError(f"{self.where} has nothing that can be drawn: {'; '.join(self.partial) or 'no outputs'}")
        graph = self.leaves.replay.graph(found, {"name": one_line(title)})
        for reason in dict.fromkeys(self.partial):
            graph.remark(f"the picture is partial: {reason}")
        if self.leaves.elsewhere:
            graph.graph["elsewhere"] = tuple(sorted(self.leaves.elsewhere.items()))
        return graph


def _unpacked(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Values by name; those in a list have its name and their number."""
    for name, value in values.items():
        if isinstance(value, list):
            yield from _unpacked({f"{name}.{number}": each for number, each in enumerate(value)})
        else:
            yield name, value


def _failing(reason: str) -> Callable[..., Any]:
    def rule(*_: Any, **__: Any) -> Any:
        refuse(reason)

    return rule


def _word(name: str) -> str:
    """A name that may come from anybody, as a part of a path."""
    return re.sub(r"[^\w.]", "_", name)[:60] or "step"
