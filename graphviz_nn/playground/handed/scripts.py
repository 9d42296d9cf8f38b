"""The scripts of a page: its worker, and its modules as one script."""

import re
from collections.abc import Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files

from graphviz_nn.evaluation.javascript import runtime

WORKER = ("random.js", "optimizers.js", "objective.js", "course.js", "frames.js", "engine.js", "worker.js")
IMPORT = re.compile(r'^import \{ ?([\w, ]+?) ?\} from "\./(\w+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function|async function) (\w+))", re.MULTILINE)


def worker(sources: Iterable[str], last: str = "worker.js") -> str:
    """The script of the worker, with the programs' sources."""
    programs = ",\n".join(sources)
    parts = [(files(__package__) / name).read_text(encoding="utf-8") for name in (*WORKER[:-1], last) if name]
    return f'"use strict";\n{runtime()}\nconst PROGRAMS = [\n{programs}\n];\n{"".join(parts)}'


@cache
def bundled(first: str) -> str:
    """A module of the page and all that it imports as one script, each in a function of its own.

    Raises
    ------
    ValueError
        If modules import each other, or one is written in a way that this doesn't read.
    """
    texts, needs, todo = dict[str, str](), dict[str, list[str]](), [first]
    while todo:
        name = todo.pop()
        if name not in texts:
            texts[name] = (files("graphviz_nn.playground") / "page" / name).read_text(encoding="utf-8")
            needs[name] = [each for _, each in IMPORT.findall(texts[name])]
            todo += needs[name]
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise ValueError(f"these modules import each other: {', '.join(error.args[1])}") from None
    words = {name: f"module{number}" for number, name in enumerate(order)}
    return '"use strict";\n' + "".join(_alone(name, texts[name], words) for name in order)


def _alone(name: str, text: str, words: dict[str, str]) -> str:
    taken = "".join(f"const {{ {_renamed(each)} }} = {words[of]};\n" for each, of in IMPORT.findall(text))
    rest = EXPORT.sub("", IMPORT.sub("", text))
    if re.search(r"^(?:import|export)\b", rest, re.MULTILINE):
        raise ValueError(f"{name} imports or exports in another way than by names")
    given = ", ".join(EXPORT.findall(text))
    return f"const {words[name]} = (() => {{\n{taken}{rest}return {{ {given} }};\n}})();\n"


def _renamed(names: str) -> str:
    return re.sub(r"(\w+) as (\w+)", r"\1: \2", names)
