"""Pictures measured in a browser."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MEASURE = Path(__file__).with_name("measure.js")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGE = """<!DOCTYPE html><meta charset="utf-8"><div id="stage"></div><script>%s
const found = {}, stage = document.getElementById("stage");
for (const [name, [svg, ends]] of Object.entries(%s)) {
  stage.innerHTML = svg;
  found[name] = measure(stage.firstElementChild, ends);
}
stage.textContent = JSON.stringify(found);
</script>"""


def browser():
    """A browser that can be told what to do from outside; the test is skipped where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or pytest.skip("needs Chromium or Chrome")


def wrong(pictures, folder):
    """What is wrong with each picture; all are shown and measured in one page."""
    shown = {
        name: (picture.svg, {group.id: group.ends for group in picture.scene.groups if group.ends})
        for name, picture in pictures.items()
    }
    page = folder / "page.html"
    page.write_text(PAGE % (MEASURE.read_text(), json.dumps(shown).replace("</", "<\\/")), encoding="utf-8")
    command = [browser(), *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri()]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    found = re.search(r'<div id="stage">(\{.*?\})</div>', answer, re.DOTALL)
    assert found, f"the page failed: {answer[-2000:]}"
    text = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return {name: each for name, each in json.loads(text).items() if each}
