"""Detect random numbers drawn while a function is traced, which are the same in every run of its graph.

Sources of random numbers are the global ones of NumPy, Python and PyTorch, those that a function can reach (through its
globals, closure, defaults, arguments and object), and those that it creates. A changed public state shows a draw.
Sources created in a called function are examined when it returns.
"""

import pickle
import random
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import CodeType, FrameType, FunctionType, GeneratorType
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.graph.ir import Source
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.reach import closed, codes, reachable

# NumPy's are added when a function is watched: its random module is slow to import.
MAKERS = ("default_rng", "RandomState", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
NAMES = frozenset([*MAKERS, "Random"])
# The operating system's source has no state; every draw goes through these.
SYSTEM = (random.SystemRandom.random, random.SystemRandom.getrandbits)

State: TypeAlias = Any


def _is_source(value: Any) -> bool:
    """Whether a value is a source with its own state; the one behind the functions of `random` counts as global."""
    if not isinstance(value, np.random.Generator | np.random.RandomState | random.Random) or isinstance(
        value, random.SystemRandom
    ):
        return False
    return value is not getattr(random.random, "__self__", None)


def _state(source: Any) -> State:
    """The state of a source, or None if it has none."""
    try:
        if isinstance(source, np.random.Generator):
            return pickle.dumps(source.bit_generator.state)
        if isinstance(source, np.random.RandomState):
            return pickle.dumps(source.get_state(legacy=False))
        return source.getstate()
    except Exception:  # a user's class without a state may raise anything
        return None


def _state_of_torch() -> State:
    torch = sys.modules.get("torch")
    return None if torch is None else torch.get_rng_state().numpy().tobytes()


def _untouched(source: Any) -> State:
    """The initial state of a source that is met for the first time, if it can be known."""
    if not isinstance(source, np.random.Generator):
        return None
    bits: Any = source.bit_generator
    try:
        return pickle.dumps(type(bits)(bits.seed_seq).state)
    except (AttributeError, TypeError):
        return None


def _makes(code: CodeType, known: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    """Whether a code names something that creates a source, among known names and its closure."""
    if not NAMES.isdisjoint(code.co_names):
        return True
    meant = [id(known[name]) for name in code.co_names if name in known]
    meant += [id(held[name]) for name in code.co_freevars if name in held]
    return not _made_by().isdisjoint(meant)


@cache
def _made_by() -> frozenset[int]:
    """The objects that create a source, by id, since an object may have no equality, or an expensive one."""
    return frozenset(map(id, [random.Random, *(getattr(np.random, name) for name in MAKERS)]))


class Watch:
    """The sources of random numbers that a traced function may draw from, with their states at the start.

    In a `with` block it also follows the calls of functions that may create a source, if there are any and no profiler
    runs.
    """

    def __init__(self, function: Callable[..., Any], arguments: Any) -> None:
        self.found: dict[str, Source | None] = {}
        self._globals: list[tuple[str, Callable[[], State]]] = [
            ("np.random", lambda: pickle.dumps(np.random.get_state(legacy=False))),
            ("Python's random", random.getstate),
        ]
        if "torch" in sys.modules:
            self._globals.append(("torch", _state_of_torch))
        self._before = [state() for _, state in self._globals]
        self._known: dict[int, tuple[Any, State]] = {}
        self._made: dict[int, tuple[Any, State]] = {}
        # By id, since comparing codes takes longer than a call.
        self._makers: dict[int, tuple[CodeType, str]] = {}
        for each in reachable(function, arguments):
            if _is_source(each):
                self._known.setdefault(id(each), (each, _state(each)))
            elif isinstance(each, random.SystemRandom) or each is random.SystemRandom:
                self._makers |= {id(one.__code__): (one.__code__, "a SystemRandom") for one in SYSTEM}
            elif isinstance(each, FunctionType) and not frames.is_ours(each.__code__.co_filename):
                self._suspect(each.__code__, each.__globals__, closed(each))
            elif isinstance(each, GeneratorType) and each.gi_frame is not None:
                self._suspect(each.gi_code, each.gi_frame.f_globals, each.gi_frame.f_locals)
        self._awaited = set(self._makers)
        self._outer: Any = None

    def __enter__(self) -> "Watch":
        running = sys.getprofile()
        # In nested traces, the calls of the inner function belong to the inner trace.
        if self._awaited and (running is None or isinstance(getattr(running, "__self__", None), Watch)):
            self._outer = running
            sys.setprofile(self._profile)
        return self

    def __exit__(self, *_: object) -> None:
        if sys.getprofile() == self._profile:
            sys.setprofile(self._outer)

    def _suspect(self, code: CodeType, known: Mapping[str, Any], held: Mapping[str, Any]) -> None:
        for each in codes(code) if frames.is_users(code.co_filename) else ():
            if _makes(each, known, held):
                self._makers[id(each)] = (each, "a generator")

    def _profile(self, frame: FrameType, event: str, _: object) -> None:
        if event == "return" and id(frame.f_code) in self._awaited:
            self.look(frame, closely=True)
        if not self._awaited:
            sys.setprofile(self._outer)

    def look(self, frame: FrameType | None, *, closely: bool) -> None:
        """Find sources that a frame has created: when it returns, and when a number or, closely, an array meets a
        traced value."""
        if frame is None:
            return
        made = [each for each in frame.f_locals.values() if _is_source(each) and id(each) not in self._known]
        for source in made:
            self._made.setdefault(id(source), (source, _untouched(source)))
        line = frames.source(frame if frames.is_users(frame.f_code.co_filename) else frames.user_frame())
        if closely:
            self._compare(line)
        _, name = self._makers.get(id(frame.f_code), (None, None))
        if name is None and _makes(frame.f_code, frame.f_globals, frame.f_locals):
            name = "a generator"
        if name is not None and not made:
            self._say(name, line)
        if self.found:
            self._awaited.discard(id(frame.f_code))

    def drawn(self, line: Source | None) -> tuple[tuple[str, Source | None], ...]:
        """The sources that were drawn from, each with the first line that shows it, or else with this line."""
        self._compare(line)
        return tuple(self.found.items())

    def _compare(self, line: Source | None) -> None:
        for (name, state), before in zip(self._globals, self._before, strict=True):
            if name not in self.found and state() != before:
                self._say(name, line)
        for source, before in [*self._known.values(), *self._made.values()]:
            name = f"a {type(source).__name__}"
            if name not in self.found and _state(source) != before:
                self._say(name, line)

    def _say(self, name: str, line: Source | None) -> None:
        self.found.setdefault(name, line)
