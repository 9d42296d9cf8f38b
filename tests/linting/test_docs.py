"""docs/lint.md has an example of every rule, which prints the output on the page."""

import re
from pathlib import Path

from graphviz_nn.importers.python_file import run
from graphviz_nn.linting import RULES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "lint.md").read_text(encoding="utf-8")


def blocks(kind):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [text for title, text in found if title == kind]


def test_the_examples_print_what_the_page_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "my_model.py"
    script.write_text("\n".join(blocks("python")), encoding="utf-8")
    run(script)
    assert capsys.readouterr().out == "".join(blocks(""))


def test_every_rule_is_on_the_page():
    assert set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE)) == set(RULES)
