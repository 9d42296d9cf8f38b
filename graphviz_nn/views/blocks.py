"""Modules as blocks of a paper's figure: solid ones if they lie deeper than what fits, otherwise as frames."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import takewhile

from graphviz_nn.graph.folded import Folded
from graphviz_nn.graph.ir import Graph, ModuleCall
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.transforms.contract import Block, contract
from graphviz_nn.transforms.fold import title
from graphviz_nn.views.changes import differences
from graphviz_nn.views.kinds import kinds
from graphviz_nn.views.moves import only_user

Calls = tuple[ModuleCall, ...]

# Classes that say nothing of what they hold.
CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
# A figure of more shapes isn't read at a glance; then modules close.
MOST = 24


def in_modules(graph: Graph) -> Graph:
    """Take the calls of the author's own functions for modules."""
    own = graph.graph.get("functions", ())
    if not own:
        return graph
    found = graph.copy()
    numbers = defaultdict[str, dict[tuple[str, ...], int]](dict)
    for name, operation in graph.operations.items():
        calls = tuple(takewhile(lambda call: title(call) in own, operation.scope))
        modules = (*operation.modules, *(ModuleCall(call.replace(":", "."), title(call)) for call in calls))
        inner = operation.scope[len(calls) :]
        if inner:
            # Calls are numbered in their function; now they are outside of it.
            known = numbers[title(inner[0])]
            number = known.setdefault(operation.scope[: len(calls) + 1], len(known) + 1)
            inner = (f"{title(inner[0])}:{number}", *inner[1:])
        found.add_node(name, data=replace(operation, scope=inner, modules=modules))
    return found


# The axes of a batch of images.
IMAGES = 4

NORMS = ("batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm")


def joined(graph: Graph) -> Graph:
    """Contract normalizations and activations into the layer or the sum before them; its caption lists them."""
    wiring, known, compared = Wiring(graph), kinds(graph), differences(graph)
    blocks, taken = [], set[str]()
    apart = set(compared.apart if compared else ())
    followers = {
        name for name in wiring.operations if _follows(wiring, known, name) and apart.isdisjoint(wiring.results[name])
    }
    for name in wiring.order():
        norm = only_user(wiring, name) if _is_residual(wiring, name) else None
        is_norm = norm is not None and norm in followers and wiring.operations[norm].op in NORMS
        if norm is not None and is_norm and _is_in_module_of(wiring, norm, name):
            taken.add(norm)
            blocks.append(Block("add & norm", (name, norm)))
            continue
        if known[name] != "layer" or name in taken or name in followers:
            continue
        members = [name]
        while (further := only_user(wiring, members[-1])) in followers:
            members.append(further)
        taken.update(members)
        if len(members) > 1:
            blocks.append(Block("; ".join(wiring.operations[each].op for each in members), tuple(members)))
    return contract(graph, blocks, wiring)


def _is_residual(wiring: Wiring, name: str) -> bool:
    """Whether an operation adds two values that aren't learned."""
    given = {v for v in wiring.arguments[name].values() if wiring.variables[v].role not in ("parameter", "constant")}
    return wiring.operations[name].op == "add" and len(given) > 1


def _is_in_module_of(wiring: Wiring, name: str, other: str) -> bool:
    """Whether an operation is in the module of another one; one outside would tear equal modules apart."""
    modules = wiring.operations[other].modules
    return bool(modules) and wiring.operations[name].modules[: len(modules)] == modules


def _follows(wiring: Wiring, known: Mapping[str, str], name: str) -> bool:
    """Whether an operation belongs to the layer before it."""
    return known[name] == "activation" or wiring.operations[name].op in NORMS


def closed(graph: Graph, depth: int, kept: Collection[str] = ()) -> Graph:
    """Contract each module at a depth to one block, named by its class; those named in `kept`, or with such, stay."""
    members = defaultdict[Calls, list[str]](list)
    opened = set[Calls]()
    for name, operation in graph.operations.items():
        if len(operation.modules) >= depth:
            members[operation.modules[:depth]].append(name)
            if any(not names_of(call).isdisjoint(kept) for call in operation.modules[depth - 1 :]):
                opened.add(operation.modules[:depth])
    blocks = [
        Block(_named(graph, calls, each), tuple(each))
        for calls, each in members.items()
        if len(each) > 1 and calls not in opened
    ]
    return _sized(contract(graph, blocks), {block.title for block in blocks})


def names_of(call: ModuleCall) -> set[str]:
    """What a user may call a module: its path, its own name, or its class."""
    return {call.path, _own(call), call.kind} - {""}


def _sized(graph: Graph, titles: Collection[str]) -> Graph:
    """Name blocks of images by their channels and their stride, which tell nearly equal ones apart."""
    found = graph.copy()
    for name, operation in graph.operations.items():
        given = [graph.variable(v) for v in graph.arguments(name).values()]
        shapes = [each.shape for each in given if each.role != "parameter" and len(each.shape) == IMAGES]
        made = graph.variable(graph.results(name)[0]).shape
        if operation.op in titles and shapes and len(made) == IMAGES:
            halved = round(shapes[0][-1] / made[-1]) if made[-1] else 1
            caption = f"{operation.op}, {made[1]}" + (f", /{halved}" if halved > 1 else "")
            found.add_node(name, data=replace(operation, op=caption))
    return found


def _named(graph: Graph, calls: Calls, members: list[str]) -> str:
    """The class of a module; of a mere container that of the module that holds nothing else, or its own name."""
    while calls[-1].kind in CONTAINERS and len(calls) > 1:
        outer = calls[:-1]
        if any(each.modules[: len(outer)] == outer for name, each in graph.operations.items() if name not in members):
            break
        calls = outer
    return (_own(calls[-1]) if calls[-1].kind in CONTAINERS else "") or calls[-1].kind


def reductions(graph: Graph, kept: Collection[str] = ()) -> Iterator[Callable[[Graph], Graph]]:
    """The steps that reduce a graph, in order: what follows a layer joins it; then modules close, the deepest first."""
    yield joined
    deepest = max((len(operation.modules) for operation in graph.operations.values()), default=0)
    for depth in range(deepest, 0, -1):
        yield partial(closed, depth=depth, kept=kept)


def is_at_a_glance(graph: Graph) -> bool:
    """Whether a picture of a graph has few shapes."""
    return len(graph.operations) <= MOST


def framed(graph: Graph) -> Graph:
    """Frame the modules whose layers are drawn; the fact ``graph.graph["frames"]`` has their titles.

    A frame of equal parts is named by the module that it surrounds.
    """
    inside = defaultdict[Calls, list[str]](list)
    repeats = graph.graph.get("repeats", {})
    for name, operation in graph.operations.items():
        if name not in repeats:
            for depth in range(1, len(operation.modules) + 1):
                inside[operation.modules[:depth]].append(name)
    if not inside:
        return graph
    found = graph.copy()
    around = {frozenset(fact.steps): name for name, fact in repeats.items() if fact.in_series}
    named = dict(repeats)
    frames: dict[str, tuple[str, tuple[str, ...]]] = dict(graph.graph.get("frames", {}))
    alike = defaultdict[tuple[str, ...], list[ModuleCall]](list)
    for calls, steps in sorted(inside.items(), key=lambda each: len(each[0])):
        alike[tuple(steps)].append(calls[-1])
    for members, modules in alike.items():
        repeat = around.get(frozenset(members))
        if repeat is not None:
            # A single block says its name itself.
            named[repeat] = replace(named[repeat], of=_each(modules, named[repeat]) if len(members) > 1 else "")
        elif len(members) > 1 and (modules[-1].kind not in CONTAINERS or any(map(_own, modules))):
            frames[_key(modules[0], frames)] = _title(modules), members
    found.graph["frames"] = frames
    if named:
        found.graph["repeats"] = named
    return found


def _each(modules: list[ModuleCall], repeat: Folded) -> str:
    """What equal modules are called: their class; a mere container that is applied again has its own name."""
    kind = modules[-1].kind
    if kind not in CONTAINERS:
        return kind
    return _own(modules[0]) if len(set(repeat.sets)) == 1 else ""


def _title(modules: list[ModuleCall]) -> str:
    """The title of modules of which each holds only the next: the name of the first, the class of the last."""
    own, kind = _own(modules[0]), modules[-1].kind
    if kind in CONTAINERS:
        return own or kind
    return kind if not own or own.lower() == kind.lower() else f"{own} · {kind}"


def _own(call: ModuleCall) -> str:
    """A module's own name, if it isn't a number."""
    own = call.path.rpartition(".")[2]
    return "" if own.isdigit() else own


def _key(call: ModuleCall, taken: Mapping[str, object]) -> str:
    key = call.path if call.call == 1 else f"{call.path} {call.call}"
    return key if key not in taken else f"{key} frame"
