"""An engine that counts instead of training, so that the tests see what the server does."""

import time
from types import SimpleNamespace

from graphviz_nn.errors import UsageError


class Counting:
    """Each session has a step of its own, and adds to it while it plays."""

    def __init__(self, graph, data):
        self.stopped, self.step, self.number, self.seed = None, 0, 0, 0

    def do(self, message):
        match message["do"]:
            case "set" if message["field"] == "seed":
                self.seed = message["value"]
            case "set":
                error = UsageError(f"there is no field {message['field']!r}")
                error.field = message["field"]
                raise error
            case "reset":
                raise ZeroDivisionError("a fault")
            case "check":
                while True:
                    time.sleep(0.01)
                    self.say({"check": {"done": 0, "count": 1}})
            case "sweep":
                # Holds the process, as a model of somebody else's may.
                sum(range(10**12))
        return {"state": {"seed": self.seed, "step": self.step}, "frame": self.frame()}

    def advance(self, count):
        time.sleep(0.0005 * count)
        self.step += count
        if self.seed == 13 and self.step > 5:
            self.stopped = SimpleNamespace(said=lambda: {"what": "the loss isn't finite", "step": self.step})
        if self.seed == 14 and self.step > 5:
            raise ZeroDivisionError("a fault")

    def ahead(self):
        return 7 if self.seed == 7 else None

    def frame(self):
        self.number += 1
        return {"number": self.number, "step": self.step, "seed": self.seed, "loss": float("nan")}
