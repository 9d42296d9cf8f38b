"""A picture in a notebook: HTML that goes with its light or dark theme, and SVG for everything else."""

import base64
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from graphviz_nn.render.svg import escape

if TYPE_CHECKING:
    from graphviz_nn.figure.picture import Picture

TWINS = {"lecture": "dark"}
"""The style that takes another's place on a dark page; a style that isn't here was chosen, and stays."""

DARK = (
    # JupyterLab, Jupyter Notebook 7 and nbconvert; Visual Studio Code; Colab and Sphinx's PyData theme; marimo.
    "[data-jp-theme-light=false]",
    ".vscode-dark",
    ".vscode-high-contrast:not(.vscode-high-contrast-light)",
    "[theme=dark]",
    "[data-theme=dark]",
    "html.dark",
    # Quarto, MkDocs Material.
    ".quarto-dark",
    "[data-md-color-scheme=slate]",
)
"""How the pages that show notebooks say that they are dark."""
# Furo and PyData leave it to the reader's system.
AUTOMATIC = "[data-theme=auto]"


def bundle(picture: "Picture") -> dict[str, str]:
    """What a notebook may show: the best that it can.

    Examples
    --------
    >>> from graphviz_nn.figure.drawing import draw
    >>> from graphviz_nn.tracing import input, trace
    >>> square = trace(lambda x: x**2, x=input(2))
    >>> list(bundle(draw(square))), list(bundle(draw(square, style="paper")))
    (['text/html', 'image/svg+xml', 'text/plain'], ['image/svg+xml', 'text/plain'])
    """
    shown = {"image/svg+xml": with_own_ids(picture.svg), "text/plain": repr(picture)}
    dark = twin(picture)
    return shown if dark is None else {"text/html": html(picture, dark), **shown}


def with_own_ids(svg: str) -> str:
    """SVG that can stand among others in one page.

    Examples
    --------
    >>> with_own_ids('<g id="a"/>')
    '<g id="g9bded4dd-a"/>'
    """
    prefix = f"g{sha256(svg.encode()).hexdigest()[:8]}-"
    labelled = svg.replace(
        'aria-labelledby="title description"', f'aria-labelledby="{prefix}title {prefix}description"'
    )
    # Quotation marks are in attributes only, elsewhere they are escaped.
    return labelled.replace(' id="', f' id="{prefix}')


def twin(picture: "Picture") -> "Picture | None":
    """The same picture for a dark page, where its style has a twin for that."""
    style = picture.again.keywords.get("style") if isinstance(picture.again, partial) else None
    if picture.again is None or not isinstance(style, str) or style not in TWINS:
        return None
    return picture.again(style=TWINS[style])


def html(light: "Picture", dark: "Picture") -> str:
    """An image that is light or dark as the page around it.

    It is an image, not SVG among the page's own elements, so that no two have the same ids; and a light one that
    a style sheet makes dark, so that it is there once where style sheets are taken out.
    """
    image, scene = _data(dark.svg), light.scene
    name = f"graphviz-nn-{sha256(image.encode()).hexdigest()[:12]}"
    return (
        f"<style>\n.{name} {{ --dark: url({image}); }}\n{darkened(f'.{name}', 'content: var(--dark)')}</style>\n"
        f'<img class="{name}" style="max-width: 100%; height: auto" width="{scene.width * 4 / 3:.0f}"'
        f' alt="{escape(f"{scene.title}: {scene.description}")}" src="{_data(light.svg)}">'
    )


def darkened(selector: str, rule: str) -> str:
    """CSS that says something of elements on dark pages only.

    Examples
    --------
    >>> print(darkened(".figure", "display: none").splitlines()[-1])
    @media (prefers-color-scheme: dark) { [data-theme=auto] .figure { display: none; } }
    """
    dark = f":is({', '.join(DARK)}) {selector} {{ {rule}; }}"
    return f"{dark}\n@media (prefers-color-scheme: dark) {{ {AUTOMATIC} {selector} {{ {rule}; }} }}\n"


def _data(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
