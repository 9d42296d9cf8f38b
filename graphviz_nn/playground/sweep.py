"""The same training with several rates, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graphviz_nn.playground.course import Course, Stopped
from graphviz_nn.playground.frames import Frames
from graphviz_nn.playground.state import State

POINTS, PARTS = 50, 10
"""The points of each curve, and how often the page is told in between."""


def sweep(
    frames: Frames, page: State, rates: Sequence[float], steps: int, say: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Train from the start with each rate, in turns, so that all curves grow together.

    Parameters
    ----------
    page : State
        The state at step 0.
    say : callable
        Tells the page about the curves so far.

    Returns
    -------
    dict
        Each run with its rate, steps and losses; "stopped" says why one ended early.
    """
    runs: list[dict[str, Any]] = [{"rate": rate, "steps": [], "loss": [], "test_loss": []} for rate in rates]
    courses = [Course(frames.subject, replace(page, rate=rate, step=0, changes=())) for rate in rates]
    marks = np.unique(np.linspace(0, steps, POINTS + 1).round().astype(int)).tolist()
    for number, mark in enumerate(marks):
        for run, course in zip(runs, courses, strict=True):
            if "stopped" not in run:
                _go_on(frames, run, course, mark)
        if number % max(1, len(marks) // PARTS) == 0:
            say({"sweep": {"runs": runs}})
    return {"runs": runs}


def _go_on(frames: Frames, run: dict[str, Any], course: Course, step: int) -> None:
    try:
        with np.errstate(all="ignore"):
            while course.step < step:
                course.forward()
            here, there = frames.losses(course)
    except Stopped as stopped:
        run["stopped"] = stopped.said()
        return
    run["steps"].append(step)
    run["loss"].append(here.loss)
    run["test_loss"].append(there.loss)
