"""Combine layouts into one scene, with titles and notes around them."""

from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.figure.annotation import Numbers
from graphviz_nn.figure.plan import Plan
from graphviz_nn.forms import Diagram
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.scene import Scene, compose, footed, legended, stacked, titled
from graphviz_nn.scene.stack import shifted
from graphviz_nn.style.prose import spoken


def put_together(plan: Plan, layouts: Sequence[Layout], diagrams: Sequence[Diagram], known: Numbers) -> Scene:
    """Put the layouts into one scene, with the text around them."""
    scenes = [_composed(plan, layout, diagram) for layout, diagram in zip(layouts, diagrams, strict=True)]
    # The distance of views is at least that of nodes.
    gap = max(0.0, plan.look.sheet.gap.node - 2 * plan.look.sheet.page.margin)
    scene = scenes[0] if len(scenes) == 1 else stacked(scenes, downwards=is_sideways(plan.look.direction), gap=gap)
    return _surrounded(plan, plan.page.widened(scene) if plan.page else scene, diagrams, known)


def apart(plan: Plan, layouts: Sequence[Layout], diagrams: Sequence[Diagram], known: Numbers) -> list[Scene]:
    """Put each layout on a page of its own, all of equal size, with the same things in the same columns."""
    most = max(layout.width for layout in layouts), max(layout.height for layout in layouts)
    sideways = is_sideways(plan.look.direction)
    alone = (_composed(plan, *each) for each in zip(layouts, diagrams, strict=True))
    return [_surrounded(plan, _padded(scene, *most, sideways=sideways), diagrams, known) for scene in alone]


def _composed(plan: Plan, layout: Layout, diagram: Diagram) -> Scene:
    names = dict.fromkeys(str(graph.graph.get("name", "graph")) for graph in plan.graphs)
    return compose(layout, diagram, plan.look.sheet, spoken(plan.wishes.title) or " and ".join(names))


def _padded(scene: Scene, width: float, height: float, *, sideways: bool) -> Scene:
    """Put a scene on a larger page: at its start along the flow, and centred across."""
    dx, dy = (0.0, (height - scene.height) / 2) if sideways else ((width - scene.width) / 2, 0.0)
    groups = tuple(shifted(group, dx, dy) for group in scene.groups)
    return replace(scene, width=width, height=height, groups=groups)


def _surrounded(plan: Plan, scene: Scene, diagrams: Sequence[Diagram], known: Numbers) -> Scene:
    sheet, wished = plan.look.sheet, plan.wishes
    scene = footed(scene, known.footer, sheet)
    scene = legended(scene, diagrams, sheet) if plan.look.legend else scene
    return titled(scene, wished.title, wished.caption, sheet)
