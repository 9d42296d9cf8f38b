"""Strategies that fit a plan to its page, in order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from graphviz_nn.figure.plan import Plan
from graphviz_nn.figure.plan import closer as closer_sheet
from graphviz_nn.layout.result import is_sideways
from graphviz_nn.scene import PAGES
from graphviz_nn.views import VIEWS, coarser
from graphviz_nn.views.changes import differences

# A picture doesn't turn if it would be higher than this, in pt.
HIGHEST = PAGES["page"].height

# How many steps further than at a glance blocks are reduced.
FURTHER = 4

Strategy: TypeAlias = Callable[[Plan], Iterator[tuple[Plan, str]]]
"""Yields plans to try instead of a plan, each with a description of its change."""


def as_asked(plan: Plan) -> Iterator[tuple[Plan, str]]:
    yield plan, ""


def shorter(plan: Plan) -> Iterator[tuple[Plan, str]]:
    """Leave out the boxes of values that have no name of their own."""
    if len(plan.views) == len(plan.graphs) == 1 and plan.views[0].form == "layers" and plan.words.get("unnamed", True):
        yield replace(plan, words={**plan.words, "unnamed": False}), "drawn without boxes of unnamed values"


def closer(plan: Plan) -> Iterator[tuple[Plan, str]]:
    """Set it closer, also without unnamed values."""
    if _is_alone(plan):
        yield from tighter(plan)


def tighter(plan: Plan) -> Iterator[tuple[Plan, str]]:
    """Set a picture on no page closer, also without unnamed values."""
    if len(plan.views) == len(plan.graphs) == 1:
        for way, change in ((plan, ""), *shorter(plan)):
            yield way.looking(sheet=closer_sheet(plan.look.sheet)), joined(change, "set closer")


def turned(plan: Plan) -> Iterator[tuple[Plan, str]]:
    """Let it run down with smaller gaps, also without unnamed values."""
    if _is_alone(plan) and is_sideways(plan.look.direction):
        for way, change in ((plan, ""), *shorter(plan)):
            changed = way.looking(sheet=closer_sheet(plan.look.sheet), direction="TB")
            yield changed, joined(change, "turned to run down with smaller gaps")


def folded(plan: Plan) -> Iterator[tuple[Plan, str]]:
    """Fold one view further and further: equal parts, layers, then all but what is compact."""
    if plan.page is None or len(plan.views) > 1:
        return
    (view,) = plan.views
    if view.repeats == "fold":
        # A remark says which parts these are.
        view = replace(view, repeats="fold all")
        yield replace(plan, views=(view,)), "all equal parts folded"
    yield from closing(plan)
    for detail in coarser(view.detail):
        yield replace(plan, views=(replace(view, detail=detail),)), f"folded to {detail}"
    if view.form in ("operations", "layers"):
        compact = replace(VIEWS["compact"], expand=view.expand, repeats=view.repeats)
        yield replace(plan, views=(compact,)), "drawn as view='compact'"


def closing(plan: Plan) -> Iterator[tuple[Plan, str]]:
    """Close more and more modules of a view of blocks; of compared models, whose differences these hold, to fit."""
    (view, *others) = plan.views
    if plan.page is None and any(differences(graph) for graph in plan.graphs):
        return
    if view.detail == "blocks" and not others:
        for further in range(1, FURTHER + 1):
            yield replace(plan, views=(replace(view, further=further),)), "more modules closed"


STRATEGIES: tuple[Strategy, ...] = (as_asked, shorter, closer, turned)
"""Tried in order on a plan, and on each plan that folds further; each whole, then in rows."""


def joined(*changes: str) -> str:
    """Several changes in words; none is an empty one."""
    return " and ".join(filter(None, changes))


def _is_alone(plan: Plan) -> bool:
    return plan.page is not None and len(plan.views) == len(plan.graphs) == 1
