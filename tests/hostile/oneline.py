"""The rules for every reader of untrusted files."""

import re

from graphviz_nn.errors import UNSHOWN


def refused_in_one_line(kind, attempt, *arguments, **options):
    """The result of an attempt; None if it is refused with one of our errors, on one line of reasonable length."""
    try:
        return attempt(*arguments, **options)
    except kind as error:
        assert_one_line(str(error))
        return None


def assert_one_line(text):
    """That a text can be shown in a terminal."""
    assert text and len(text) < 2100 and not re.search(UNSHOWN, text), text[:3000]
