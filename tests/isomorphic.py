"""Whether folded parts are copies of each other, found without the code that folds."""

from graphviz_nn.graph.ir import Graph


def differences(graph, repeat):
    """What differs between the parts of a repeat, in words; nothing if they are isomorphic with equal attributes,
    shapes and neighbours, and in series if the repeat says so."""
    place = {name: (number, step) for number, part in enumerate(repeat.parts) for step, name in enumerate(part)}
    first, *others = ([list(_step(graph, name, place)) for name in part] for part in repeat.parts)
    found = [
        f"part {number}, step {step}: {theirs} is no {ours}"
        for number, other in enumerate(others[1:], 2)
        for step, (ours, theirs) in enumerate(zip(others[0], other, strict=True))
        if ours != theirs
    ]
    made = [[_made(graph, name) for name in part] for part in repeat.parts]
    # The last may lack what only a next one would take.
    found += [f"part {number} gives {each}, not {made[0]}" for number, each in enumerate(made[:-1]) if each != made[0]]
    # Into the first part leads something else in place of the results of the part before.
    for ours, theirs in zip(first, others[0], strict=True):
        for one, other in zip(ours, theirs, strict=True):
            # In series, the number would be drawn for all parts.
            is_number = one[0] == "a number" and not repeat.in_series
            leads = other[0] == "before" and (is_number or one[2:4] == other[3:5])
            found += [] if one == other or leads else [f"the first part: {one} is no {other}"]
    return [*found, *(_leaks(graph, repeat, place) if repeat.in_series else ())]


def _step(graph, name, place):
    """What a step computes, and where each argument comes from."""
    operation = graph.operation(name)
    yield "computes", operation.op, _attributes(operation), _said(operation.body)
    for slot, argument in sorted({**graph.arguments(name), **operation.literals}.items()):
        if slot in operation.literals:
            yield "a number", slot, argument
            continue
        variable, maker = graph.variable(argument), graph.producer(argument)
        known = variable.shape, variable.dtype
        ahead = place[name][0] - place[maker][0] if maker in place else None
        if ahead in (0, 1):
            way = ("here", "before")[ahead]
            yield way, slot, (place[maker][1], graph.results(maker).index(argument)), *known
        else:
            assert ahead is None, "an argument comes from an earlier part"
            yield "elsewhere", slot, *known, variable.role if maker is None else "computed"


def _made(graph, name):
    return [(graph.variable(v).shape, graph.variable(v).dtype) for v in graph.results(name)]


def _attributes(operation):
    index = operation.attributes.get("index")
    if operation.op == "getitem":
        return repr(type(index)), len(index) if isinstance(index, tuple) else 1
    return repr(sorted((key, each) for key, each in operation.attributes.items() if key != "where"))


def _said(body):
    """All of a body, step by step."""
    if not isinstance(body, Graph):
        return None
    number = {name: place for place, name in enumerate(body.graph["arguments"])}
    number.update((name, len(number) + place) for place, name in enumerate(n for n in body if n not in number))
    return [
        (each.op, _attributes(each), _said(each.body), sorted(each.literals.items()), _wires(body, name, number))
        for name, each in body.operations.items()
    ]


def _wires(body, name, number):
    variables = (*body.arguments(name).values(), *body.results(name))
    return [(number[v], body.variable(v).shape, body.variable(v).dtype) for v in variables]


def _leaks(graph, repeat, place):
    """What of parts in series is used elsewhere than in the next, or comes from elsewhere than weights or all share."""
    last = len(repeat.parts) - 1
    for name, (number, _) in place.items():
        for result in graph.results(name):
            users = {place.get(user, (None,))[0] for user in graph.successors(result)}
            if number < last and (result in graph.outputs or not users <= {number, number + 1}):
                yield f"{result} leaves part {number}"
    for steps in zip(*repeat.parts, strict=True):
        for given in zip(*(graph.arguments(name).values() for name in steps), strict=True):
            outside = {v for v in given[1:] if graph.producer(v) not in place}
            if len({given[0], *outside}) > 1 and outside and not all(_is_learned(graph, v) for v in outside):
                yield f"{sorted(outside)} differ from part to part"


def _is_learned(graph, name):
    maker = graph.producer(name)
    if maker is None:
        return graph.variable(name).role in ("parameter", "random")
    return all(_is_learned(graph, each) for each in graph.arguments(maker).values())
