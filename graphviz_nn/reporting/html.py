"""A report as a single HTML file without external resources."""

from base64 import b64encode
from collections.abc import Sequence

from graphviz_nn.errors import LabelError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.render.svg import escape, svg
from graphviz_nn.reporting.page import FAILED, INK, PASSED, Page, Rows
from graphviz_nn.scene import Scene
from graphviz_nn.scene.primitives import Group, Text
from graphviz_nn.style.labels import plain

SIZE = 16.0
CLASSES = {True: "passed", False: "failed", None: "open"}
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: INK; background: #FFFFFF; max-width: 72rem;
  margin: 2rem auto; padding: 0 1rem }
figure { margin: 1.5rem 0; overflow-x: auto }
.formula { margin: 0 }
img { max-width: 100% }
.formula img { max-width: none }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem }
th, td { text-align: left; padding: 0.25rem 0.75rem; border-bottom: 1px solid #D1D5DB }
td { font-variant-numeric: tabular-nums }
.passed { color: PASSED }
.open { font-weight: bold }
.failed { color: FAILED; font-weight: bold }
""".strip()
STYLE = STYLE.replace("INK", INK).replace("PASSED", PASSED).replace("FAILED", FAILED)


def html(page: Page) -> bytes:
    """Render a page as HTML.

    Examples
    --------
    >>> picture = Scene(20.0, 10.0, "#FFFFFF", "title", "description", ())
    >>> b"<h1>a &lt; b</h1>" in html(Page("a < b", "1 of 1 agree", True, picture))
    True
    """
    title = escape(page.title)
    body = [
        f"<h1>{title}</h1>",
        f'<p class="{CLASSES[page.passed]}">{escape(page.summary)}</p>',
        f"<figure>{_image(svg(page.picture), f'the computation graph of {page.title}')}</figure>",
        *(f"<h2>{escape(heading)}</h2>\n{_formulas(lines)}" for heading, lines in page.formulas.items()),
        *(f"<h2>{escape(heading)}</h2>\n{_table(rows)}" for heading, rows in page.tables.items()),
        *(f"<p>{escape(sentence)}</p>" for sentence in page.sentences),
    ]
    head = f'<meta charset="utf-8">\n<title>{title}</title>\n<style>\n{STYLE}\n</style>'
    whole = f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n' + "\n".join(body)
    return f"{whole}\n</body>\n</html>\n".encode()


def _image(data: bytes, said: str) -> str:
    # As an image of its own, its ids can't clash with others.
    return f'<img alt="{escape(said)}" src="data:image/svg+xml;base64,{b64encode(data).decode()}">'


def _formulas(lines: Sequence[str]) -> str:
    return "\n".join(f'<figure class="formula">{_formula(line)}</figure>' for line in lines)


def _formula(tex: str) -> str:
    try:
        text = typeset(tex)
    except LabelError:
        return f"<code>{escape(tex)}</code>"
    width, height = (text.width + 1) * SIZE, (text.height + 1) * SIZE
    group = Group("formula", plain(tex), (Text(tex, width / 2, height / 2, SIZE, INK),))
    return _image(svg(Scene(width, height, "#FFFFFF", plain(tex), plain(tex), (group,))), plain(tex))


def _table(rows: Rows) -> str:
    head, *body = rows
    lines = ["<tr>" + "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body]
    return "<table>\n" + "\n".join(lines) + "\n</table>"
