"""A strict reader of DOT files: which of their letters are text, and whether the rest is what a picture needs."""

import re
from xml.etree import ElementTree

PIECE = re.compile(
    r"""
    "(?P<quoted>(?:\\.|[^"\\])*)"
    | <(?P<markup>(?:[^<>]|<[^<>]*>)*)>
    | (?P<word>[A-Za-z_\u0080-\U0010ffff][\w\u0080-\U0010ffff]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?))
    | -> | [{}\[\]=;,] | \s+
    """,
    re.VERBOSE | re.DOTALL,
)
TAGS = {"I", "B", "SUB", "SUP", "BR"}
# Attributes that fetch a file, or lead somewhere.
ACTIVE = re.compile(r"(?i)(edge|head|tail|label)?(url|href|target)|image(path)?|shapefile|stylesheet|fontpath")


def texts(source):
    """The names and values in a DOT file as a reader sees them, each after the attribute that has it, or after "".

    Raises
    ------
    AssertionError
        If it isn't DOT, if a label has more than markup of letters, or if something is fetched.
    """
    found, place, before = [], 0, ["", ""]
    while place < len(source):
        piece = PIECE.match(source, place)
        assert piece, ascii(source[place : place + 40])
        place = piece.end()
        attribute = before[0] if before[1] == "=" else ""
        if piece["markup"] is not None:
            # A name in angle brackets would be markup too.
            assert attribute == "label", piece[0]
            found.append((attribute, _marked_up(piece["markup"])))
        elif piece["quoted"] is not None:
            text = re.sub(r"\\(.)", lambda each: "\n" if each[1] == "n" else each[1], piece["quoted"], flags=re.DOTALL)
            found.append((attribute, text))
        elif piece["word"] is not None:
            found.append((attribute, piece["word"]))
        elif piece[0] == "=":
            assert not ACTIVE.fullmatch(before[1]), before[1]
        if not piece[0].isspace():
            before = [before[1], piece[0]]
    return found


def _marked_up(markup):
    r"""The letters of a label in markup, where Graphviz replaces escapes such as \N too."""
    assert "\\" not in markup, markup
    label = ElementTree.fromstring(f"<label>{markup}</label>")
    for each in label.iterfind(".//*"):
        assert each.tag in TAGS, each.tag
        assert not each.attrib, each.attrib
        if each.tag == "BR":
            each.text = "\n"
    return "".join(label.itertext())
