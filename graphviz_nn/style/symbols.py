"""Make symbols unique: no two variables of a graph look alike."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from graphviz_nn.graph.ir import Graph, Variable
from graphviz_nn.graph.text import words
from graphviz_nn.style.constants import usual
from graphviz_nn.style.labels import entry, label, plain, split
from graphviz_nn.transforms.entries import entry_names
from graphviz_nn.views.kinds import is_loss
from graphviz_nn.views.symbols import LETTERED

# Up to this many equal symbols get primes, more get numbers.
PRIMES = 3
# Common names of a loss, alone or one of several.
LOSS = re.compile(r"loss_?\d*")


def distinct(graph: Graph, vectors: str = "plain") -> Graph:
    """Relabel variables that would have the symbol of another one.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = distinct(trace(lambda x, x_: x + x_, x=input(2), x_=input(2)))
    >>> [variable.label for variable in graph.leaves.values()]
    [None, "x'"]
    """
    found = graph.copy()
    for name, symbol in symbols(graph, vectors).items():
        variable = graph.variable(name)
        if symbol != label(name, variable, vectors):
            found.add_variable(name, replace(variable, label=symbol))
    return found


def symbols(graph: Graph, vectors: str = "plain") -> dict[str, str]:
    r"""TeX for every variable with a symbol, no two alike.

    The author's labels come first, then the author's names, then the lecture's symbols; within these, the order of
    definition counts. A symbol that looks like an earlier one gets a prime or a number.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> symbols(trace(lambda y_hat, ŷ: y_hat + ŷ, y_hat=input(2), ŷ=input(2)))
    {'y_hat': '\\hat{y}', 'ŷ': "\\hat{y}'", 'output': '\\mathrm{output}'}
    """
    # The entries of an array have its symbol.
    arrays: Mapping[str, Variable] = graph.graph.get("arrays", {})
    whole = _told_apart(graph, {n: v for n, v in arrays.items() if v.shape}, vectors)
    entries = {
        own: entry(symbol, index)
        for name, symbol in whole.items()
        for index, own in entry_names(name, arrays[name].shape)
    }
    variables = {n: replace(v, label=v.label or entries.get(n)) for n, v in graph.variables.items()}
    return _told_apart(graph, variables, vectors, entries)


def unlike(tex: str, others: Iterable[str], *, is_array: bool) -> str:
    """A symbol, made distinct from others if it looks like one of them.

    >>> unlike("x", ["x", "y"], is_array=True)
    "x'"
    """
    taken = set(map(_seen, others))
    return next(each for each in _choices(tex, 1, 0, is_array=is_array) if _seen(each) not in taken)


def _told_apart(
    graph: Graph, variables: Mapping[str, Variable], vectors: str, entries: Collection[str] = ()
) -> dict[str, str]:
    anonymous, lettered = set(graph.graph.get("anonymous", ())), set(graph.graph.get(LETTERED, ()))
    titled = set(graph.graph.get("titled", ()))
    shared: Mapping[str, str] = graph.graph.get("shared names", {})
    wished: dict[str, str] = {}
    rank: dict[str, int] = {}
    for name, variable in variables.items():
        if variable.label is None and name in anonymous and (constant := usual(variable)):
            wished[name], rank[name] = constant, 1
            continue
        is_number = variable.role == "constant" and not variable.shape and variable.value is not None
        if variable.label is None and (is_number or (name in anonymous and name not in titled)):
            continue
        by_us = name in lettered or (name in titled and variable.label is None)
        called = shared.get(name, name)
        wished[name] = _result(graph, name, variable) if name in titled and by_us else label(called, variable, vectors)
        rank[name] = 2 if by_us or name in shared else 1 if variable.label is None or name in entries else 0
        if by_us and variable.role == "parameter" and name in graph and graph.out_degree(name) < 2:
            # Pictures show what several layers share; the others are part of their layers. Of an array whose entries
            # are drawn, these are in the graph.
            rank[name] = 3
    alike = Counter(map(_seen, wished.values()))
    place: Counter[str] = Counter()
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(wished, key=rank.__getitem__):
        key = _seen(wished[name])
        choices = _choices(wished[name], alike[key], place[key], is_array=bool(variables[name].shape))
        place[key] += 1
        found[name] = next(each for each in choices if _seen(each) not in taken)
        taken.add(_seen(found[name]))
    return {name: found[name] for name in wished}


def _result(graph: Graph, name: str, variable: Variable) -> str:
    """The label of an unnamed result: the function's name if that is a symbol, otherwise a loss or its letter."""
    called = label(name, replace(variable, label=None))
    letter, rest = split(plain(called))
    # Two letters may abbreviate words in a function's name: bn isn't b with the index n.
    is_short = "_" not in name and any(map(str.isalpha, rest))
    # So may words after a letter: u_net isn't u with the index net, but y_i is y with the index i.
    is_short = is_short or any(len(part) > 1 for part in re.findall("[a-z]+", rest, re.IGNORECASE))
    if len(letter) == 1 and not is_short:
        return called
    if name in graph and is_loss(graph, name):
        terms = any(LOSS.fullmatch(other) for other in graph.variables if other != name)
        return words("total loss" if terms else "loss")
    return variable.label or words("output")


def _seen(tex: str) -> str:
    """The visible form of a symbol."""
    shown = plain(tex) if "\\" in tex else tex
    return shown.translate(_UNSEEN)


_UNSEEN = str.maketrans("", "", "{} ")


def _choices(tex: str, alike: int, place: int, *, is_array: bool) -> Iterator[str]:
    """Ways to write a symbol that several variables share, for the one at this position; the best first."""
    letter, rest = split(tex)
    is_word = len(plain(letter)) > 1
    if not place and (is_word or alike <= PRIMES):
        yield tex
    if not is_word and alike <= PRIMES:
        for marks in range(max(place, 1), PRIMES + 1):
            primed = letter + "'" * marks
            yield f"{{{primed}}}{rest}" if rest.startswith("^") else primed + rest
    for number in count(place + 1):
        if is_word or not is_array:
            yield entry(tex, (number - 1,))
        elif rest.startswith("^{(") and rest.endswith(")}"):
            yield f"{letter}{rest[:-2]},{number})}}"
        elif "^" in rest:
            yield entry(tex, (number - 1,))
        else:
            yield f"{letter}^{{({number})}}{rest}"
