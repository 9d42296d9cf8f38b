"""Checks of every picture that a test draws."""

import told_apart


def pytest_configure():
    told_apart.watch()
