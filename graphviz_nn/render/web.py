"""What web pages share: data, scripts, styles and colours in a single file that loads nothing else."""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from graphviz_nn.render.shades import is_dark, shaded
from graphviz_nn.render.svg import escape
from graphviz_nn.render.things import Palette

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
<script type="application/json" id="{kind}">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def page(title: str, body: str, style: str, script: str, kind: str, data: Any) -> bytes:
    """The bytes of a page that runs its own script only.

    Parameters
    ----------
    body : str
        Markup, whose text is escaped.
    kind : str
        The id of the element with the data.
    """
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'"
    found = PAGE.format(
        policy=policy, title=escape(title), style=style, body=body, kind=kind, data=embedded(data), script=script
    )
    return found.encode()


def embedded(found: Any) -> str:
    """JSON that can't end a tag or a comment."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode()


def script(*names: str) -> str:
    """The script of these files, of which nothing is seen outside."""
    return '"use strict";\n(() => {\n' + "".join(map(asset, names)) + "})();\n"


def asset(name: str) -> str:
    """The text of a file beside this one."""
    return (files("graphviz_nn.render") / name).read_text(encoding="utf-8")


def colours(palette: Palette, background: str) -> str:
    """Each colour of a palette, on a page of some background, in light and in dark mode."""
    dark, page = is_dark(background), palette.colour(background)
    own = {name: colour for colour, name in palette.names.items()}
    other = {name: shaded(colour, not dark) for name, colour in own.items()}
    day, night = (other, own) if dark else (own, other)

    def variables(colours: Mapping[str, str], more: str = "") -> str:
        return "".join(f"--{name}:{colour};" for name, colour in colours.items()) + f"--page:var(--{page});{more}"

    chrome = "color-scheme:dark;--ink:#ececee;--quiet:#aeb0b6;--card:#2b2b2e;--edge:#55565c;--focus:#7fb2ec;"
    rules = "".join(f".f{name}{{fill:var(--{name})}}.s{name}{{stroke:var(--{name})}}" for name in own)
    late = variables(night, chrome)
    return (
        f":root{{{variables(day)}}}{rules}@media screen{{:root[data-scheme=dark]{{{late}}}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-scheme=light]){{{late}}}}}"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
