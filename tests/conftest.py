"""Checks of every picture that a test draws."""

import os

import told_apart
from hypothesis import HealthCheck, settings

# No test depends on how busy the machine is; all else is as the environment has it.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Keras reads its backend once; its own default is large.
os.environ.setdefault("KERAS_BACKEND", "jax")


def pytest_configure():
    told_apart.watch()
