"""Damaged graph files: each is loaded correctly or refused in one line; none runs code."""

import copy
import json
import sys
import warnings
from contextlib import contextmanager
from types import CodeType, ModuleType

import numpy as np
import pytest
from mutants import documents, mutant, mutants_of_kinds, places

import graphviz_nn as gnn
from graphviz_nn.errors import Error
from graphviz_nn.graph.file import to_document

SEEDS = 350
# One in so many of the mutants that load is drawn too.
DRAWN = 12
# One in so many of those with a value of another kind.
SEEN = 3


@pytest.fixture
def canary(monkeypatch):
    """Records whether code planted in files has run."""
    songs = []
    module = ModuleType("canary")
    module.sing = lambda: songs.append("sung")
    monkeypatch.setitem(sys.modules, "canary", module)
    return songs


def feeds(graph):
    rng = np.random.default_rng(0)
    wanted = {name: v for name, v in graph.leaves.items() if v.value is None}
    return {name: rng.uniform(0.1, 1, v.shape).astype(v.dtype) for name, v in wanted.items()}


def said(call):
    """The one-line error of a call, or None; other exceptions pass through."""
    try:
        call()
    except Error as error:
        text = str(error)
        assert text and text.isprintable(), repr(text)
        return text
    return None


def calls(graph):
    fed = feeds(graph)
    yield lambda: gnn.evaluate(graph, fed)
    yield lambda: gnn.value_and_gradient(graph, fed)
    yield lambda: gnn.check_gradients(graph, fed)


def pictures(graph):
    fed = feeds(graph)
    for view in ("operations", "layers", "scalars"):
        yield lambda view=view: gnn.draw(graph, view=view).svg
    yield lambda: gnn.draw(graph, feeds=fed, show=("values", "gradients")).mermaid
    yield lambda: list(gnn.lint(graph))


@pytest.mark.parametrize("name", documents())
def test_a_mutant_loads_rightly_or_gives_one_line(name, tmp_path, canary):
    path, accepted = tmp_path / "mutant.json", 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(SEEDS):
            path.write_text(json.dumps(mutant(name, seed)))
            found = []
            if said(lambda found=found: found.append(gnn.load(path))) is not None:
                continue
            (graph,) = found
            accepted += 1
            assert to_document(gnn.load(gnn.save(graph, tmp_path / "again.json"))) == to_document(graph)
            for call in (*calls(graph), *(pictures(graph) if accepted % DRAWN == 0 else ())):
                said(call)
    assert 0 < accepted < SEEDS // 5
    assert not canary


@pytest.mark.parametrize("name", ["sliced", "gradient", "layers", "noisy"])
def test_values_of_other_kinds(name, tmp_path):
    path, accepted = tmp_path / "mutant.json", 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for document in mutants_of_kinds(name):
            path.write_text(json.dumps(document))
            found = []
            if said(lambda found=found: found.append(gnn.load(path))) is not None:
                continue
            (graph,) = found
            accepted += 1
            # The views take long; what they read first, they all read.
            view = ("operations", "layers", "scalars")[accepted % 3]
            for call in (
                lambda graph=graph: list(gnn.lint(graph)),
                *((lambda graph=graph, view=view: gnn.draw(graph, view=view).svg,) if accepted % SEEN == 0 else ()),
            ):
                said(call)
    assert accepted


def places_of_text(document):
    """Every place of a text, and of a key of an attribute."""
    for way in places(document):
        value = document
        for key in way:
            value = value[key]
        if isinstance(value, str) and way not in (("format",), ("version",)) and way[-1] != "base64":
            yield way


def planted(document, way, text):
    found = copy.deepcopy(document)
    holder = found
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = text
    return found


SONG = "__import__('canary').sing()"


@pytest.mark.parametrize("name", ["sliced", "layers"])
@pytest.mark.parametrize("text", [f"a.py\n    {SONG}", f"dtype=({SONG}, None)[1], casting"])
def test_code_in_any_field_is_never_run(name, text, tmp_path, canary):
    document, path = documents()[name], tmp_path / "planted.json"
    for way in places_of_text(document):
        path.write_text(json.dumps(planted(document, way, text)))
        found = []
        if said(lambda found=found: found.append(gnn.load(path))) is None:
            for call in calls(found[0]):
                said(call)
    for key in (text, f"{text}=0"):
        found = copy.deepcopy(document)
        node = next(each for each in found["nodes"] if each.get("op") == "sum")
        node["attributes"]["dict"].append([key, 0])
        path.write_text(json.dumps(found))
        assert "attribute" in said(lambda: gnn.load(path))
    assert not canary


MARK = "zq7canary"
_HEARD: list[str] = []
_LISTENING: list[bool] = []


def _texts(code):
    yield from (*code.co_names, *code.co_varnames, code.co_filename, code.co_name)
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _texts(each)
        else:
            yield repr(each)


def _listen(event, arguments):
    # A hook can't be taken away again.
    if not _LISTENING or event not in ("exec", "compile"):
        return
    (first, *rest) = arguments
    texts = _texts(first) if isinstance(first, CodeType) else [repr(first), *map(repr, rest)]
    _HEARD.extend(text for text in texts if MARK in text)


@contextmanager
def heard():
    """The executed or compiled code in this context that contains the mark."""
    if not getattr(_listen, "added", False):
        sys.addaudithook(_listen)
        _listen.added = True
    _HEARD.clear()
    _LISTENING.append(True)
    try:
        yield _HEARD
    finally:
        _LISTENING.clear()


def marked(document):
    """The document with the mark in every name, label, scope, file name and fact."""
    words = {node["name"] for node in document["nodes"]}
    words |= {key for node in document["nodes"] if "scope" in node for key in node["scope"]["tuple"]}
    words |= {"mutants.py", document["facts"].get("name"), r"\vec{x}"}

    def renamed(value):
        match value:
            case {"graph": inner}:
                return {"graph": marked(inner)}
            case dict():
                return {key: value[key] if key in ("op", "kind", "role") else renamed(value[key]) for key in value}
            case list():
                return [renamed(each) for each in value]
            case str() if value in words:
                return f"{MARK}_{value}"
        return value

    return {**document, **{key: renamed(document[key]) for key in ("facts", "nodes", "edges")}}


def test_the_mark_is_heard_where_it_is_executed():
    with heard() as found:
        exec(compile(f"{MARK} = 1", "<test>", "exec"), {})
    assert found


@pytest.mark.parametrize("name", ["sliced", "network", "gradient"])
def test_nothing_that_a_file_says_reaches_exec(name, tmp_path):
    path = tmp_path / "marked.json"
    path.write_text(json.dumps(marked(documents()[name])))
    graph = gnn.load(path)
    assert all(MARK in each for each in graph)
    assert all(MARK in str(operation.source) for operation in graph.operations.values() if operation.source)
    fed = feeds(graph)
    with heard() as found, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert MARK in gnn.compile(graph).source
        for call in (*calls(graph), *pictures(graph)):
            said(call)
        gnn.gradient_report(graph, fed, tmp_path / "report.md")
    assert not found
