"""The files of the page: plain modules, nothing from elsewhere, and only what a strict policy allows."""

import re
from itertools import chain
from pathlib import Path

import networkx as nx
import pytest

import graphviz_nn as gnn

PAGE = Path(gnn.__file__).parent / "playground" / "page"
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(PAGE.iterdir()) if path.is_file()}
MODULES = {name: text for name, text in FILES.items() if name.endswith(".js")}
HTML, SHEETS = FILES["index.html"], {name: text for name, text in FILES.items() if name.endswith(".css")}
IMPORT = re.compile(r'^import \{[^}]+\} from "\./([a-z-]+\.js)";$')


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_small_and_imports_by_one_line_each(name):
    lines = MODULES[name].splitlines()
    assert len(lines) <= 250 and lines[0].startswith("// ")
    imports = [line for line in lines if line.startswith("import")]
    assert all(map(IMPORT.match, imports)) and "import(" not in MODULES[name]
    assert {IMPORT.match(line)[1] for line in imports} <= MODULES.keys()
    for line in imports:
        names, found = line[line.index("{") + 1 : line.index("}")].split(","), IMPORT.match(line)[1]
        for each in names:
            assert re.search(rf"^export (const|class|function) {each.strip()}\b", MODULES[found], re.MULTILINE), each


def test_no_module_imports_one_that_imports_it():
    """So that they can be written one after another into one file."""
    lines = {name: text.splitlines() for name, text in MODULES.items()}
    found = {(name, IMPORT.match(line)[1]) for name in lines for line in lines[name] if line.startswith("import")}
    assert nx.is_directed_acyclic_graph(nx.DiGraph(found))


def test_nothing_comes_from_elsewhere_and_nothing_is_made_code():
    for name, text in FILES.items():
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), name
        assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", text), (
            name
        )
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", HTML)
    assert not any(re.search(r"@import|url\(", text) for text in SHEETS.values())


def test_the_elements_that_modules_look_up_are_there():
    ids = set(re.findall(r'\bid="([^"]+)"', HTML))
    # The page that is handed out has one element more, its data.
    served = [text for name, text in MODULES.items() if name != "handed.js"]
    wanted = set(chain.from_iterable(re.findall(r'\bfound\("([^"]+)"\)', text) for text in served))
    assert wanted <= ids
