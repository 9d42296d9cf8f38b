"""Which step each shape goes with: a leaf, or a short branch, is always in the row of the step that it leads to."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from graphviz_nn.forms.diagram import LEAVES, Diagram

Span: TypeAlias = tuple[float, float]
Near: TypeAlias = Mapping[str, list[str]]


def steps(diagram: Diagram, spans: Mapping[str, Span], reach: float) -> dict[str, str]:
    """The step that each shape goes with; a step goes with itself.

    Steps are the shapes of the main line, and those between two of these, unless only an arrow that is longer than a
    `reach` leads there. With a step goes what leads to it alone, and
    what comes from it alone and leads nowhere, if it is no longer than a `reach`; the shapes of a longer branch are
    steps. A leaf that several steps use goes with the first.

    Parameters
    ----------
    spans : mapping of str to pair of float
        From where to where each shape is along the flow.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Link, Shape
    >>> shapes = tuple(Shape(name, "operation", name) for name in ("x", "f", "c", "g", "y"))
    >>> links = tuple(Link(*pair.split(), "") for pair in ("x f", "f y", "c g", "g y"))
    >>> spans = {name: (at, at + 1.0) for name, at in {"x": 0.0, "f": 2.0, "c": 0.0, "g": 2.0, "y": 4.0}.items()}
    >>> found = steps(Diagram(shapes, links, ("x", "f", "y")), spans, reach=9.0)
    >>> found["c"], found["g"], found["f"]
    ('y', 'y', 'f')
    >>> steps(Diagram(shapes, links, ("x", "f", "y")), spans, reach=1.0)["g"]
    'g'
    >>> steps(Diagram(shapes, links, ("x", "f", "y")), spans, reach=-1.0)["g"]
    'g'
    """
    before: dict[str, list[str]] = {shape.name: [] for shape in diagram.shapes}
    after: dict[str, list[str]] = {shape.name: [] for shape in diagram.shapes}
    for tail, head in dict.fromkeys((link.tail, link.head) for link in diagram.links):
        before[head].append(tail)
        after[tail].append(head)
    leaves = {shape.name for shape in diagram.shapes if shape.kind in LEAVES and not before[shape.name]}
    leaves -= set(diagram.spine)
    line = set(diagram.spine)
    near = {
        tail: [each for each in heads if each in line or spans[each][0] - spans[tail][1] <= reach]
        for tail, heads in after.items()
    }
    line |= _reached(diagram.spine, near) & _reached(diagram.spine, before)
    while True:
        found = {name: name for name in before if name in line}
        roots = dict(found)
        _gather(found, roots, after, before, leaves, spans)
        _gather(found, roots, before, after, leaves, spans)
        beyond = ((name, _beyond(spans[name], spans[step])) for name, step in found.items() if name not in leaves)
        long = {roots[name] for name, much in beyond if much > reach}
        more = {name for name, root in roots.items() if root in long and name not in leaves} - line
        if not more:
            return {name: found.get(name, name) for name in before}
        line |= more


def _reached(names: Iterable[str], near: Near) -> set[str]:
    """What can be reached from some shapes."""
    found, waiting = set[str](), list(names)
    while waiting:
        for name in near[waiting.pop()]:
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _gather(
    found: dict[str, str],
    roots: dict[str, str],
    near: Near,
    further: Near,
    leaves: Collection[str],
    spans: Mapping[str, Span],
) -> None:
    """Add the shapes of which all that is near goes with a step, and where the branch of each begins there."""
    waiting = list(found)
    while waiting:
        for name in further[waiting.pop()]:
            if name in found or any(each not in found for each in near[name]):
                continue
            with_steps = {found[each] for each in near[name]}
            if len(with_steps) > 1 and name not in leaves:
                found[name] = roots[name] = name
            else:
                first = min(near[name], key=lambda each: (spans[found[each]], each))
                found[name] = found[first]
                roots[name] = name if found[first] == first else roots[first]
            waiting.append(name)


def _beyond(span: Span, step: Span) -> float:
    """How much further than a step a shape of it is along the flow, at either end."""
    return max(step[0] - span[0], span[1] - step[1], 0.0)
