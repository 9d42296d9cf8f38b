"""Tests beside other frameworks: skipped with a reason where these aren't installed."""

from importlib.util import find_spec

import pytest


def beside(framework: str) -> tuple[pytest.MarkDecorator, ...]:
    """The marks of a test that needs a framework."""
    missing = find_spec(framework) is None
    reason = f"compares with {framework}: pip install -e '.[test,{framework}]'"
    return pytest.mark.frameworks, pytest.mark.skipif(missing, reason=reason)


def needs(framework: str):
    """Decorate a test that needs a framework."""

    def marked(test):
        for mark in beside(framework):
            test = mark(test)
        return test

    return marked
