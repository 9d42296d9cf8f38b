"""A model's graph in a view, unless it is too large to be laid out: then what isn't is said before any more is done."""

from collections.abc import Iterator
from dataclasses import replace

from graphviz_nn.errors import LayoutError
from graphviz_nn.figure.plan import Plan
from graphviz_nn.figure.wishes import renamed
from graphviz_nn.graph import Graph
from graphviz_nn.graph.unchanged import found_out
from graphviz_nn.layout import MOST
from graphviz_nn.style.symbols import distinct
from graphviz_nn.views import VIEWS, RepeatsName, View, coarser, detailed
from graphviz_nn.views.repeats import folded, left

# Forms that draw a shape for each operation, at least.
OF_OPERATIONS = ("operations", "layers", "compact")


def viewed(plan: Plan, chosen: View, model: Graph, repeats: RepeatsName) -> Graph:
    """A model's graph in a view, with a unique symbol for each variable; the author's symbols come first.

    Raises
    ------
    LayoutError
        If there are too many operations to be laid out; it names a view that has fewer.
    """
    rename = plan.wishes.rename
    given = renamed(model, rename)
    found = _detailed(plan, chosen, given, repeats)
    if _is_too_large(chosen, found):
        smaller = _smaller(plan, chosen, given, found)
        fewer = next((said for said, count in smaller if count <= MOST), "draw a part")
        raise LayoutError(
            f"a picture of more than {len(found.operations):,} shapes is too large, the most is {MOST:,}; {fewer}"
        )
    found = unique(plan, found)
    return unique(plan, renamed(found, rename)) if rename else found


def unique(plan: Plan, graph: Graph) -> Graph:
    """The same graph with a unique symbol for each variable."""
    return distinct(graph, plan.look.sheet.text.vectors)


def _detailed(plan: Plan, chosen: View, model: Graph, repeats: RepeatsName) -> Graph:
    # Single numbers, units and the way back don't fold.
    how = "show" if chosen.detail == "scalars" or chosen.form == "units" else repeats
    names = plan.wishes.names
    # One that is tried for a page in several looks folds once.
    key = "detailed", chosen.detail, chosen.expand, how, frozenset(names), chosen.further
    return found_out(key, model, lambda: detailed(chosen.detail, model, chosen.expand, how, names, chosen.further))


def _is_too_large(chosen: View, graph: Graph) -> bool:
    return chosen.form in OF_OPERATIONS and len(graph.operations) > MOST


def _smaller(plan: Plan, chosen: View, model: Graph, seen: Graph) -> Iterator[tuple[str, int]]:
    """How many operations pictures with fewer have, those that change least first, and the words that ask for them."""
    if chosen.repeats == "show":
        said, kept = "repeats='fold' draws equal parts once", {*chosen.expand, *plan.wishes.names}
        yield said, left(seen, "fold", kept)
        # Parts of what is folded may be equal too.
        yield said, len(folded(seen, "fold", kept).operations)
    for name, view in VIEWS.items():
        if view.detail in coarser(chosen.detail) and view.form in OF_OPERATIONS:
            smaller = _detailed(plan, replace(view, repeats="fold"), model, "fold")
            yield f"view={name!r} has fewer", len(smaller.operations)
