"""The code and commands in the README and the docs work as shown."""

import re
import shlex
from pathlib import Path

import pytest

from docs.pictures import OF_TORCH, pictures
from graphviz_nn.cli import main
from graphviz_nn.importers.python_file import run
from graphviz_nn.nn.formulas import FORMULAS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(text, kind):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for word, block in found if word == kind]


@pytest.fixture
def own_formulas():
    """Formulas that a page registers are removed afterwards."""
    known = list(FORMULAS)
    yield
    FORMULAS[:] = known


@pytest.mark.usefixtures("own_formulas")
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_python_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    needed = re.match(r"<!-- needs: (.*) -->", text)
    for framework in needed[1].split() if needed else ():
        pytest.importorskip(framework)
    for number, sheet in enumerate(blocks(text, "toml")):
        (tmp_path / ("mine.toml" if number == 0 else f"mine{number}.toml")).write_text(sheet, encoding="utf-8")
    script = tmp_path / "my_model.py"
    script.write_text("\n".join(blocks(text, "python")), encoding="utf-8")
    run(script)


def test_commands_run_on_the_script_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = PAGES[0].read_text(encoding="utf-8")
    (tmp_path / "my_model.py").write_text(blocks(text, "python")[0], encoding="utf-8")
    commands = [line for block in blocks(text, "") for line in block.splitlines()]
    commands = [shlex.split(line)[1:] for line in commands if line.startswith("graphviz-nn ")]
    assert {command[0] for command in commands} == {"draw", "check", "lint", "lecture", "styles"}
    assert [main(command) for command in commands] == [0] * len(commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (page.parent / link).is_file(), link


@pytest.mark.parametrize("shown", sorted((ROOT / "docs").glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_is_what_the_code_draws(shown):
    drawn = pictures()
    if shown.stem in OF_TORCH:
        pytest.importorskip("torch", reason="its model is one of PyTorch")
    # Where numbers differ by a hair, it's another version of matplotlib that measured the text.
    number = r"-?\d+(?:\.\d+)?"
    expected, found = drawn[shown.stem]().svg, shown.read_text(encoding="utf-8")
    assert re.sub(number, "0", found) == re.sub(number, "0", expected)
    pairs = zip(re.findall(number, found), re.findall(number, expected), strict=True)
    assert all(abs(float(one) - float(other)) < 1 for one, other in pairs)
