"""JavaScript programs, run by node: many of them in one process."""

import base64
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_nn.evaluation.javascript import Emitted, runtime
from graphviz_nn.evaluation.javascript.entries import ARRAYS

NODE = shutil.which("node")
MISSING = "needs node on the PATH"

MAIN = """
const KINDS = { Float64Array, Float32Array, Int32Array, Int16Array, Int8Array, Uint32Array, Uint16Array, Uint8Array };
const array = ([kind, text]) => new KINDS[kind](Uint8Array.from(Buffer.from(text, "base64")).buffer);
const text = (a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString("base64");
const given = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const found = PROGRAMS.map((make, number) => {
  const program = make(...given[number].constants.map(array));
  return given[number].runs.map((leaves) => {
    try {
      return program(leaves.map(array)).map(text);
    } catch (error) {
      return String(error);
    }
  });
});
console.log(JSON.stringify(found));
"""


def sent(value: Any, dtype: str) -> tuple[str, str]:
    kind = ARRAYS[dtype]
    array = np.ascontiguousarray(value, kind.removesuffix("Array").lower())
    return kind, base64.b64encode(array.tobytes()).decode()


def run(programs: Sequence[tuple[Emitted, Sequence[Mapping[str, Any]]]]) -> list[list[dict[str, Any] | str]]:
    """The outputs of programs for some leaves each, or the words of an error."""
    given = [
        {
            "constants": [sent(each, each.dtype.name) for each in program.constants],
            "runs": [
                [sent(feeds.get(name, leaf.value), leaf.dtype) for name, leaf in program.leaves.items()]
                for feeds in runs
            ],
        }
        for program, runs in programs
    ]
    sources = ",\n".join(program.source for program, _ in programs)
    script = f'"use strict";\n{runtime()}\nconst PROGRAMS = [{sources}];\n{MAIN}'
    found = json.loads(node(script, given))
    return [
        [each if isinstance(each, str) else received(program, each) for each in runs]
        for (program, _), runs in zip(programs, found, strict=True)
    ]


def node(script: str, given: Any) -> str:
    """What a script prints, which reads a value as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.js"
        path.write_text(script, encoding="utf-8")
        assert NODE is not None
        done = subprocess.run([NODE, str(path)], input=json.dumps(given), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def received(program: Emitted, texts: Sequence[str]) -> dict[str, Any]:
    found = {}
    for (name, each), text in zip(program.outputs.items(), texts, strict=True):
        kind = ARRAYS[each.dtype].removesuffix("Array").lower()
        array = np.frombuffer(base64.b64decode(text), kind)[: int(np.prod(each.shape))]
        found[name] = array.reshape(each.shape).astype(each.dtype)
    return found
