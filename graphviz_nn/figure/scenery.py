"""Combine layouts into one scene, with titles and notes around them."""

from collections.abc import Sequence
from dataclasses import replace

from graphviz_nn.figure.annotation import Numbers
from graphviz_nn.figure.findings import stopped, written
from graphviz_nn.figure.panel import Panel
from graphviz_nn.figure.plan import Plan
from graphviz_nn.layout.result import Layout, is_sideways
from graphviz_nn.scene import Scene, compose, footed, headed, legended, scale_of, scaled, stacked, titled
from graphviz_nn.scene.stack import shifted
from graphviz_nn.style.prose import spoken


def put_together(plan: Plan, layouts: Sequence[Layout], panels: Sequence[Panel], known: Numbers) -> Scene:
    """Put the layouts into one scene, with the text around them."""
    scenes = _headed(plan, layouts, panels)
    # The distance of views is at least that of nodes.
    gap = max(0.0, plan.look.sheet.gap.node - 2 * plan.look.sheet.page.margin)
    scene = scenes[0] if len(scenes) == 1 else stacked(scenes, downwards=is_sideways(plan.look.direction), gap=gap)
    return _surrounded(plan, plan.page.widened(scene) if plan.page else scene, panels, known)


def apart(plan: Plan, layouts: Sequence[Layout], panels: Sequence[Panel], known: Numbers) -> list[Scene]:
    """Put each layout on a page of its own, all of equal size, with the same things in the same columns."""
    sideways = is_sideways(plan.look.direction)
    scenes = _headed(plan, layouts, panels)
    most = max(scene.width for scene in scenes), max(scene.height for scene in scenes)
    return [_surrounded(plan, _padded(scene, *most, sideways=sideways), panels, known) for scene in scenes]


def _headed(plan: Plan, layouts: Sequence[Layout], panels: Sequence[Panel]) -> list[Scene]:
    """The scene of each layout, below its heading."""
    sheet, sideways = plan.look.sheet, is_sideways(plan.look.direction)
    names = dict.fromkeys(str(graph.graph.get("name", "graph")) for graph in plan.graphs)
    title = spoken(plan.wishes.title) or " and ".join(names)
    scale = scale_of(panel.diagram for panel in panels)
    pairs = zip(layouts, panels, strict=True)
    scenes = [compose(layout, panel.diagram, sheet, title, scale) for layout, panel in pairs]
    return headed(scenes, plan.wishes.headings, sheet, centred=not sideways) if plan.wishes.headings else scenes


def _padded(scene: Scene, width: float, height: float, *, sideways: bool) -> Scene:
    """Put a scene on a larger page: at its start along the flow, and centred across."""
    dx, dy = (0.0, (height - scene.height) / 2) if sideways else ((width - scene.width) / 2, 0.0)
    groups = tuple(shifted(group, dx, dy) for group in scene.groups)
    return replace(scene, width=width, height=height, groups=groups)


def _surrounded(plan: Plan, scene: Scene, panels: Sequence[Panel], known: Numbers) -> Scene:
    sheet, wished = plan.look.sheet, plan.wishes
    scene = footed(scene, known.footer, sheet)
    scene = scaled(scene, scale_of(panel.diagram for panel in panels), sheet)
    scene = legended(scene, [panel.diagram for panel in panels], sheet) if plan.look.legend else scene
    found = (*stopped(plan.graphs), *(written(panels) if plan.remarked else ()))
    return titled(scene, wished.title, (*found, *wished.caption), sheet)
