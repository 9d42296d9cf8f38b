"""The detail of a paper's figure: layers with their sizes in words, moves of entries left out, modules as blocks.

A module of an imported model is one solid block if it lies deeper than what fits, and a frame around its layers
otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import takewhile

from graphviz_nn.graph.ir import Graph, ModuleCall, Operation, Shape
from graphviz_nn.graph.wiring import Wiring
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.contract import Block, contract
from graphviz_nn.transforms.fold import title
from graphviz_nn.views.kinds import kinds

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


def captioned(graph: Graph) -> Graph:
    """Name layers by what a paper says of them, such as 3×3 conv, 64."""
    found = graph.copy()
    for name, operation in graph.operations.items():
        caption = CAPTIONS.get(operation.op) if operation.body is not None else None
        if caption is not None:
            given = [graph.variable(v).shape for v in graph.arguments(name).values()]
            made = graph.variable(graph.results(name)[0]).shape
            found.add_node(name, data=replace(operation, op=caption(operation, given, made)))
    return found


# The axes of a batch of images.
IMAGES = 4

Caption = Callable[[Operation, list[Shape], Shape], str]


def _convolution(operation: Operation, given: list[Shape], made: Shape) -> str:
    filters = given[1]
    return f"{_extent(filters[2:])} conv, {filters[0]}{_stride(operation)}"


def _extent(window: Shape) -> str:
    """The extent of a window; of signals in words, as a single number would say something else."""
    return "×".join(map(str, window)) if len(window) > 1 else f"{window[0]}-wide"


def _transposed(operation: Operation, given: list[Shape], made: Shape) -> str:
    filters = given[1]
    return f"{_extent(filters[2:])} up-conv, {made[-len(filters) + 1]}"


def _pooling(kind: str) -> Caption:
    return lambda operation, given, made: f"{_window(operation)} {kind} pool{_stride(operation)}".strip()


def _slices(operation: Operation) -> list[tuple[slice, ...]]:
    """The slices of an image that its windows consist of."""
    steps = operation.body.operations.values() if operation.body is not None else ()
    found = (step.attributes.get("index", ()) for step in steps if step.op == "getitem")
    return [each for index in found if (each := tuple(part for part in index if isinstance(part, slice)))]


def _stride(operation: Operation) -> str:
    """A stride, as papers write it."""
    found = max((part.step or 1 for each in _slices(operation) for part in each), default=1)
    return f", /{found}" if found > 1 else ""


def _window(operation: Operation) -> str:
    """The height and width of windows: how many places their entries begin at."""
    return "×".join(str(len({part.start or 0 for part in axis})) for axis in zip(*_slices(operation), strict=False))


CAPTIONS: Mapping[str, Caption] = {
    "convolution_1d": _convolution,
    "convolution_2d": _convolution,
    "convolution_3d": _convolution,
    "transposed_convolution_1d": _transposed,
    "transposed_convolution_2d": _transposed,
    "max_pooling_1d": _pooling("max"),
    "max_pooling_2d": _pooling("max"),
    "average_pooling_1d": _pooling("average"),
    "average_pooling_2d": _pooling("average"),
    "linear": lambda operation, given, made: f"linear, {made[-1] if made else 1}",
}
"""What a layer is called, by its function: from its definition, the shapes of its arguments and its result."""

NORMS = ("batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm")


def without_moves(graph: Graph) -> Graph:
    """Contract steps that only move entries into the layer before them, or else the layer after them."""
    wiring = Wiring(graph)
    group = {name: name for name in wiring.operations}

    def of(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    def takes_in(name: str) -> bool:
        return wiring.operations[of(name)].body is not None and of(name) not in moves

    order = list(wiring.order())
    moves = [
        name
        for name in order
        if _only_moves(wiring.operations[name], len(wiring.arguments[name])) or _is_part(wiring, name)
    ]
    for name in moves:
        (argument,) = wiring.arguments[name].values()
        producer = wiring.producer.get(argument)
        if producer and takes_in(producer) and set(wiring.users[argument]) == {name} and not _is_part(wiring, name):
            group[name] = of(producer)
    for name in reversed(moves):
        users = {of(user) for result in wiring.results[name] for user in wiring.users[result]}
        if of(name) == name and len(users) == 1 and takes_in(user := users.pop()):
            group[name] = of(user)
    members = defaultdict[str, list[str]](list)
    for name in wiring.operations:
        members[of(name)].append(name)
    blocks = [Block(wiring.operations[name].op, tuple(each)) for name, each in members.items() if len(each) > 1]
    return contract(graph, blocks, wiring)


def _only_moves(operation: Operation, given: int) -> bool:
    """Whether a step changes no number: it reshapes, transposes, casts or returns its argument."""
    if given != 1 or operation.literals:
        return False
    if operation.body is not None:
        body = operation.body
        return all(_only_moves(step, len(body.arguments(name))) for name, step in body.operations.items())
    return operation.op in ("astype", "positive") or (
        OPS[operation.op].category == "shape" and operation.op not in ("broadcast_to", "sum_to")
    )


def _is_part(wiring: Wiring, name: str) -> bool:
    """Whether a step is one of several that take an array apart for one layer, such as into queries, keys, values."""
    given = wiring.arguments[name]
    if wiring.operations[name].op != "getitem" or len(given) != 1:
        return False
    if wiring.variables[given[0]].role == "parameter":
        return True
    parts = [user for user in wiring.users[given[0]] if wiring.operations[user].op == "getitem"]
    return len(parts) > 1 and len({_taker(wiring, part) for part in parts}) == 1


def _taker(wiring: Wiring, name: str | None) -> str | None:
    """The layer that alone takes a value, moved or not."""
    while (name := _next(wiring, name) if name else None) is not None:
        if not _only_moves(wiring.operations[name], len(wiring.arguments[name])):
            return name
    return name


def joined(graph: Graph) -> Graph:
    """Contract normalizations and activations into the layer before them; its caption lists them."""
    wiring, known = Wiring(graph), kinds(graph)
    blocks, taken = [], set[str]()
    for name in wiring.order():
        if known[name] != "layer" or name in taken or _follows(wiring, known, name):
            continue
        members = [name]
        while (further := _next(wiring, members[-1])) and _follows(wiring, known, further):
            members.append(further)
        taken.update(members)
        if len(members) > 1:
            blocks.append(Block("; ".join(wiring.operations[each].op for each in members), tuple(members)))
    return contract(graph, blocks, wiring)


def _next(wiring: Wiring, name: str) -> str | None:
    """The only user of an operation's only result."""
    users = [user for result in wiring.results[name] for user in wiring.users[result]]
    return users[0] if len(wiring.results[name]) == len(users) == 1 else None


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


def used(graph: Graph) -> Graph:
    """Leave out the parameters that nothing takes, which a module may have."""
    gone = [name for name, v in graph.leaves.items() if v.role == "parameter" and not graph.out_degree(name)]
    if gone:
        graph = graph.copy()
        graph.remove_nodes_from(gone)
    return graph


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
            named[repeat] = replace(named[repeat], of=modules[-1].kind if len(members) > 1 else "")
        elif len(members) > 1 and (modules[-1].kind not in CONTAINERS or any(map(_own, modules))):
            frames[_key(modules[0], frames)] = _title(modules), members
    found.graph["frames"] = frames
    if named:
        found.graph["repeats"] = named
    return found


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
