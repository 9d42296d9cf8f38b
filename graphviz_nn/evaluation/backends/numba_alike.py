"""Instructions that are alike, as loops: each argument's cells, from turn to turn, are steps of equal length apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from graphviz_nn.evaluation.backends.numba_cells import Cells
from graphviz_nn.evaluation.backends.numba_instructions import Instruction
from graphviz_nn.graph.ir import Array

Group: TypeAlias = list[Instruction]
"""Instructions of one operation that don't need each other."""

Loops: TypeAlias = list[tuple[int, tuple[int, ...]]]
"""Loops, outermost first: how many turns, and by how much each turn moves each of several places."""


def alike(found: Sequence[Instruction]) -> list[list[Group]]:
    """Group instructions that do the same, in an order in which they can run.

    Each group is in parts, which take their numbers from the same groups.
    """
    depths, part_of = dict[str, int](), dict[str, int]()
    groups, numbers = dict[tuple[object, ...], dict[tuple[object, ...], Group]](), dict[tuple[object, ...], int]()
    for each in found:
        given = each.given
        depth = 1 + max((depths.get(name, 0) for name in given if isinstance(name, str)), default=0)
        kind = (depth, each.operation, tuple(len(term) for term in each.terms[:2]), len(each.terms))
        # The first terms tell where the others come from.
        sources = tuple(part_of.get(name, "leaf") if isinstance(name, str) else "number" for name in given[:4])
        groups.setdefault(kind, {}).setdefault(sources, []).append(each)
        depths[each.result], part_of[each.result] = depth, numbers.setdefault((kind, sources), len(numbers))
    return [[*groups[kind].values()] for kind in sorted(groups, key=lambda kind: kind[:1])]


@dataclass(frozen=True)
class Pattern:
    """The loops of a group.

    Parameters
    ----------
    first : tuple of int
        The places of the first instruction: its result, its arguments up to the first term, and those of the second.
    turns : list
        The loops over the instructions, which move these places.
    terms : list
        The loops over the terms from the second on, which move the places of the second.
    table : array, optional
        If the cells have no pattern, all of them; the places are those in the table.
    """

    first: tuple[int, ...]
    turns: Loops
    terms: Loops
    table: Array | None = None


def patterns(parts: Sequence[Group], cells: Cells) -> list[tuple[Group, Pattern]]:
    """The loops over the instructions of a group: over all of them, or over its parts if only these have a pattern."""
    whole = [each for part in parts for each in part]
    found = _pattern(whole, cells)
    if found.table is not None:
        pieces = [(part, _pattern(part, cells)) for part in parts]
        if all(each.table is None for _, each in pieces):
            return pieces
    return [(whole, found)]


def _pattern(group: Group, cells: Cells) -> Pattern:
    example = group[0]
    head = 1 + (len(example.terms[0]) if example.operation == "sum" else len(example.given))
    table = np.array([[cells.of(slot) for slot in (each.result, *each.given)] for each in group])
    width = table.shape[1]
    factors = len(example.terms[-1]) if width > head else 0
    count = (width - head) // factors if factors else 1
    # By place, instruction and term.
    further = table[:, head:].T.reshape(count, factors, len(group)).transpose(1, 2, 0)
    moved = further - further[:, :, :1]
    turns, terms = loops(np.concatenate([table[:, :head].T, further[:, :, 0]])), loops(moved[:, 0])
    if turns is not None and terms is not None and (moved == moved[:, :1]).all():
        return Pattern(tuple(map(int, table[0, : head + factors])), turns, terms)
    places = head + factors
    return Pattern(tuple(range(places)), [(len(group), (width,) * places)], [(count, (factors,) * factors)], table)


def loops(places: Array) -> Loops | None:
    """Nested loops that visit these places, several at a time, or None if steps aren't equal.

    Examples
    --------
    >>> loops(np.array([[0, 1, 2, 10, 11, 12], [7, 7, 7, 8, 8, 8]]))
    [(2, (10, 1)), (3, (1, 0))]
    """
    count = places.shape[1]
    if count == 1:
        return []
    step = places[:, 1:2] - places[:, :1]
    same = (places == places[:, :1] + step * np.arange(count)).all(0)
    run = count if same.all() else int(same.argmin())
    if count % run:
        return None
    rows = places.reshape(len(places), -1, run)
    if (rows != rows[:, :, :1] + step[:, :, None] * np.arange(run)).any():
        return None
    outer = loops(rows[:, :, 0])
    return None if outer is None else [*outer, (run, tuple(map(int, step[:, 0])))]
