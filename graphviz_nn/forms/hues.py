"""Blocks in the colour of what they compute, or of the stage of the model that they belong to."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from graphviz_nn.forms.diagram import Diagram, Hue
from graphviz_nn.graph.ir import Graph, ModuleCall, Operation
from graphviz_nn.views.kinds import entrywise

ColoursName: TypeAlias = Literal["kinds", "parts", "stages"]

# The forms whose shapes are blocks, and the kinds of shapes whose colours say something else then.
COLOURED = ("operations", "compact", "layers", "blocks")
HUED: dict[ColoursName, tuple[str, ...]] = {
    "kinds": (),
    "parts": ("layer", "function"),
    "stages": ("layer", "function", "activation"),
}
# What a block computes, and the operations that say so.
PARTS = {
    "attention": ("attention", "multi_head_attention"),
    "feed-forward": ("linear",),
    "convolution": tuple(f"{kind}convolution_{n}d" for kind in ("", "transposed_") for n in (1, 2, 3)),
    "recurrence": ("rnn", "rnn_cell", "lstm", "lstm_cell", "gru", "gru_cell"),
    "embedding": ("embedding",),
    "normalization": ("batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"),
    "pooling": (
        *(f"{kind}_pooling_{n}d" for kind in ("average", "max") for n in (1, 2, 3)),
        "adaptive_average_pooling",
        "adaptive_max_pooling",
    ),
}
# Beside one of the others these say nothing of a block.
ASIDE = ("pooling", "normalization")
PART_OF = {op: part for part, ops in PARTS.items() for op in ops}
NUMBERS = {part: number for number, part in enumerate(PARTS)}


# The colour of what is none of these, or several.
OTHER = Hue("other", -1)


def coloured(diagram: Diagram, graph: Graph, form: str, by: ColoursName | None) -> Diagram:
    """Give the blocks of a diagram hues: by parts, such as attention, or by stages, the outermost modules.

    What is shaded by its norm, or marked as a change, keeps the colour that says so.

    Parameters
    ----------
    graph : Graph
        The graph of the view.
    form : str
        The form of the view; None for `by` stands for its usual colours.
    """
    by = by or ("parts" if form == "blocks" else "kinds")
    if by == "kinds" or form not in COLOURED:
        return diagram
    hue = _by_part(graph) if by == "parts" else _by_stage(diagram, graph)
    drawn = {
        shape.name
        for shape in diagram.shapes
        if shape.name in graph.operations and shape.kind in HUED[by] and not (shape.norms or shape.change)
    }
    shapes = (replace(each, hue=hue(each.name)) if each.name in drawn else each for each in diagram.shapes)
    return replace(diagram, shapes=tuple(shapes))


def _by_part(graph: Graph) -> Callable[[str], Hue]:
    called: Mapping[str, str] = graph.graph.get("called", {})

    def hue(name: str) -> Hue:
        operation = graph.operation(name)
        found = dict.fromkeys(_parts(name, operation, called))
        telling = [part for part in found if part not in ASIDE] or list(found)
        if set(telling) == {"attention", "feed-forward"} and not _activates(operation):
            # The layers are its projections.
            telling = ["attention"]
        return Hue(telling[0], NUMBERS[telling[0]]) if len(telling) == 1 else OTHER

    return hue


def _activates(operation: Operation) -> bool:
    """Whether an activation is in a block, as it is in a feed-forward network."""
    inside = operation.body.operations.values() if operation.body is not None else ()
    return any(each.body is not None and (entrywise(each) or _activates(each)) for each in inside)


def _parts(name: str, operation: Operation, called: Mapping[str, str]) -> Iterator[str]:
    part = PART_OF.get(called.get(name, operation.op))
    if part is not None:
        yield part
    elif operation.body is not None:
        for inner, each in operation.body.operations.items():
            yield from _parts(inner, each, called)


def _by_stage(diagram: Diagram, graph: Graph) -> Callable[[str], Hue]:
    drawn = [graph.operation(shape.name) for shape in diagram.shapes if shape.name in graph.operations]
    held = Counter[ModuleCall]()
    for each in drawn:
        held.update({call: 2 if _is_compound(each) else 1 for call in each.modules[:1]})
    stages = [call for call, size in held.items() if size > 1]
    several = Counter(call.kind for call in stages)
    found = {call: Hue(_said(call, several), number) for number, call in enumerate(stages)}

    def hue(name: str) -> Hue:
        modules = graph.operation(name).modules
        return found.get(modules[0], OTHER) if modules else OTHER

    return hue


def _said(call: ModuleCall, several: Mapping[str, int]) -> str:
    """A module's path; a function that is called once has no number."""
    is_single = several[call.kind] == 1 and call.path == f"{call.kind}.1"
    return call.kind if is_single else call.path


def _is_compound(operation: Operation) -> bool:
    """Whether a block holds layers or other blocks, and so is a stage even alone."""
    return operation.body is not None and any(each.body is not None for each in operation.body.operations.values())
