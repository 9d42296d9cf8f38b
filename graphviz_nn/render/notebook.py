"""A picture in a notebook: HTML that follows the light or dark theme."""

import base64
from hashlib import sha256

from graphviz_nn.render.svg import escape

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
"""The marks of dark pages that show notebooks."""
# Furo and PyData follow the reader's system.
AUTOMATIC = "[data-theme=auto]"


def with_own_ids(svg: str) -> str:
    """Make the ids of an SVG unique, so that it can share a page with others.

    Examples
    --------
    >>> with_own_ids('<g id="a"/>')
    '<g id="g9bded4dd-a"/>'
    """
    prefix = f"g{sha256(svg.encode()).hexdigest()[:8]}-"
    labelled = svg.replace(
        'aria-labelledby="title description"', f'aria-labelledby="{prefix}title {prefix}description"'
    )
    # Quotation marks occur only in attributes; elsewhere they are escaped.
    return labelled.replace(' id="', f' id="{prefix}')


def html(light: str, dark: str, width: float, said: str) -> str:
    """An image that follows the page's theme, from two SVG pictures.

    It is an image, so that the ids of several pictures don't clash. The light picture is the image, and a style sheet
    replaces it by the dark one, so that a page without style sheets shows one picture.

    Parameters
    ----------
    width : float
        The width in pt.
    said : str
        A description of the picture.
    """
    image = _data(dark)
    name = f"graphviz-nn-{sha256(image.encode()).hexdigest()[:12]}"
    return (
        f"<style>\n.{name} {{ --dark: url({image}); }}\n{darkened(f'.{name}', 'content: var(--dark)')}</style>\n"
        f'<img class="{name}" style="max-width: 100%; height: auto" width="{width * 4 / 3:.0f}"'
        f' alt="{escape(said)}" src="{_data(light)}">'
    )


def darkened(selector: str, rule: str) -> str:
    """A CSS rule that applies only on dark pages.

    Examples
    --------
    >>> print(darkened(".figure", "display: none").splitlines()[-1])
    @media (prefers-color-scheme: dark) { [data-theme=auto] .figure { display: none; } }
    """
    dark = f":is({', '.join(DARK)}) {selector} {{ {rule}; }}"
    return f"{dark}\n@media (prefers-color-scheme: dark) {{ {AUTOMATIC} {selector} {{ {rule}; }} }}\n"


def _data(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
