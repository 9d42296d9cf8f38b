"""The graph, numbers and diagram of each view."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import networkx as nx
import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.figure.annotation import Numbers, barred_footer, given_back, numbers, shaded_footer
from graphviz_nn.figure.norms import Norms
from graphviz_nn.figure.plan import Plan
from graphviz_nn.figure.viewed import unique, viewed
from graphviz_nn.figure.wishes import Subject
from graphviz_nn.forms import FORMS, Diagram, Fed, Shown, compared, facts, with_backward
from graphviz_nn.forms.hues import coloured
from graphviz_nn.forms.sharded import sharded
from graphviz_nn.forms.steepness import with_norms
from graphviz_nn.graph import Graph
from graphviz_nn.transforms.backward import backward
from graphviz_nn.views import View, drawn, named


def shown(plan: Plan, computed: Numbers | None = None, before: Sequence[Subject] = ()) -> tuple[list[Subject], Numbers]:
    """The content of each view of each graph, without positions.

    Parameters
    ----------
    computed : Numbers, optional
        The numbers of the same plan with other words.
    before : sequence of Subject
        What was shown of the same plan with other words, whose graphs are the same.
    """
    subjects, known = list[Subject](), Numbers()
    for graph, chosen in product(plan.graphs, plan.views):
        told = {**chosen.shown, **plan.words}
        is_known = bool(before) and not (told.get("backward") or before[len(subjects)].graph.graph.get("backward"))
        if is_known:
            seen = before[len(subjects)].graph
        else:
            seen = viewed(plan, chosen, graph, "show" if told.get("backward") else chosen.repeats)
        if told.get("backward"):
            subject, known = _there_and_back(plan, graph, unique(plan, named(seen)), FORMS[chosen.form], told)
            subjects.append(subject)
            continue
        fed = _fed(plan) if chosen.form == "units" else None
        steep = plan.norms(graph) if plan.norms and chosen.form == "blocks" else Norms()
        said_before = known.footer
        if (plan.numbers is not None or plan.given) and chosen.form != "units":
            known = computed or _numbers(plan, chosen, seen, graph)
        below = (*said_before, *known.footer, *steep.footer, *(shaded_footer(fed) if fed else ()))
        known = replace(known, footer=tuple(dict.fromkeys(below)))
        said = Shown(
            vectors=plan.look.sheet.text.vectors,
            fed=fed,
            values=known.values,
            gradients=known.gradients,
            value_heat=known.value_heat,
            gradient_heat=known.gradient_heat,
            norms=steep.of,
            verdicts=steep.verdicts,
        )
        diagram = compared(FORMS[chosen.form](drawn(seen), replace(said, **told)), seen)
        diagram = coloured(diagram, seen, chosen.form, plan.look.colours)
        if plan.look.shard is not None:
            diagram = sharded(diagram, seen, plan.look.shard)
        subjects.append(Subject(graph, seen, replace(diagram, facts=with_norms(facts(seen, said), diagram))))
    if not subjects:
        raise UsageError("nothing to draw: give a model, and at least one view, such as view='layers'")
    return subjects, known


def _numbers(plan: Plan, chosen: View, seen: Graph, model: Graph) -> Numbers:
    """The numbers of a view; in one of blocks, norms take the place of gradients."""
    if plan.given:
        return plan.given(seen)
    asked = dict(plan.numbers or {})
    if plan.norms and chosen.form == "blocks":
        asked |= {"gradients": False, "check": False}
    return numbers(seen, **asked, model=model) if asked["values"] or asked["gradients"] else Numbers()


def _fed(plan: Plan) -> Fed | None:
    """The feeds of a view that draws units."""
    given = plan.numbers
    return None if given is None else Fed(given["feeds"], given["batch"], given["values"])


def _there_and_back(
    plan: Plan, model: Graph, seen: Graph, form: Callable[[Graph, Shown], Diagram], told: Mapping[str, Any]
) -> tuple[Subject, Numbers]:
    """A view with its backward pass below, or the backward pass alone."""
    both = backward(seen, wrt=_ends(seen, by_inputs=plan.by_inputs))
    known, returned = Numbers(), Numbers()
    if plan.numbers is not None:
        known = numbers(seen, **{**plan.numbers, "gradients": True}, model=model)
        options = {name: plan.numbers[name] for name in ("feeds", "batch", "heatmaps")}
        returned = given_back(both, known, **options)
    shown = Shown(vectors=plan.look.sheet.text.vectors, values=known.values, value_heat=known.value_heat)
    shown = replace(shown, kept=tuple(both.graph["gradients"]))
    back = replace(shown, gradients=returned.gradients, gradient_heat=returned.gradient_heat)
    diagram = replace(form(seen, replace(shown, **told)), facts=facts(both, back))
    finish = partial(with_backward, graph=both, shown=replace(back, **told), joined=told.get("forward", True))
    subject = Subject(model, both, diagram, finish)
    return subject, replace(known, footer=barred_footer(both, known))


def _ends(graph: Graph, *, by_inputs: bool) -> list[str]:
    """The variables to differentiate by: the parameters that matter, and the inputs if asked, or if there are none."""
    before = nx.ancestors(graph, graph.outputs[0]) if graph.outputs else set()
    leaves = {name: v for name, v in graph.leaves.items() if name in before and np.dtype(v.dtype).kind == "f"}
    for roles in (("parameter", "input"),) if by_inputs else (("parameter",), ("input",)):
        found = [name for name, variable in leaves.items() if variable.role in roles]
        if found:
            return found
    raise UsageError("the output depends on no parameter or input: draw without show='backward'")
