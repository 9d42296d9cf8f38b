"""The order in which the operands of a shape are read."""

from collections import defaultdict
from collections.abc import Iterable

from graphviz_nn.forms.diagram import Link


def read_after(links: Iterable[Link]) -> dict[tuple[str, str], bool]:
    """Whether a value comes after all other operands of a shape; False if before them.

    Values between others, and shapes whose operands have no order, are left out.

    >>> read_after([Link("a", "minus", "a", mark="1"), Link("b", "minus", "b", mark="2"), Link("a", "plus", "a")])
    {('a', 'minus'): False, ('b', 'minus'): True}
    """
    marks: dict[str, dict[str, int]] = defaultdict(dict)
    for link in links:
        if link.mark.isdecimal():
            marks[link.head][link.tail] = int(link.mark)
    found = {}
    for head, each in marks.items():
        first, last = min(each.values()), max(each.values())
        ends = (first, last) if first < last else ()
        found.update({(tail, head): mark == last for tail, mark in each.items() if mark in ends})
    return found
