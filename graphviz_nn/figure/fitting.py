"""How a plan is changed so that it fits its page: the ways that are tried, in their order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from graphviz_nn.figure.plan import Plan
from graphviz_nn.layout.result import is_sideways
from graphviz_nn.scene import PAGES
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.views import coarser

# What is left of the gaps of a picture that is set closer; an arrow stays so many heads long.
CLOSER, SHAFT = 0.6, 2.5
# A picture isn't turned where it would be higher than this, in pt.
HIGHEST = PAGES["page"].height

Strategy: TypeAlias = Callable[[Plan], Iterator[tuple[Plan, str]]]
"""The plans to try instead of one, each with what is changed."""


def as_asked(plan: Plan) -> Iterator[tuple[Plan, str]]:
    yield plan, ""


def closer(plan: Plan) -> Iterator[tuple[Plan, str]]:
    if _is_alone(plan):
        yield plan.looking(sheet=_closer(plan.look.sheet)), "set closer"


def turned(plan: Plan) -> Iterator[tuple[Plan, str]]:
    if _is_alone(plan) and is_sideways(plan.look.direction):
        changed = plan.looking(sheet=_closer(plan.look.sheet), direction="TB")
        yield changed, "turned to go down and set closer"


def folded(plan: Plan) -> Iterator[tuple[Plan, str]]:
    """One view with more and more drawn as one."""
    if plan.page is not None and len(plan.views) == 1:
        for detail in coarser(plan.views[0].detail):
            yield replace(plan, views=(replace(plan.views[0], detail=detail),)), f"folded to {detail}"


STRATEGIES: tuple[Strategy, ...] = (as_asked, closer, turned)
"""What is tried of a plan, and of each that is folded further; each whole, then in rows."""


def _is_alone(plan: Plan) -> bool:
    return plan.page is not None and len(plan.views) == len(plan.graphs) == 1


def _closer(sheet: Sheet) -> Sheet:
    """A style with smaller gaps; letters and shapes stay as large."""
    gap, arrow = sheet.gap, sheet.line.arrow_length
    rank = min(gap.rank, max(CLOSER * gap.rank, SHAFT * arrow))
    return replace(sheet, gap=replace(gap, rank=rank, node=CLOSER * gap.node))
