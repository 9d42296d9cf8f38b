"""An engine that counts instead of training, so that the tests see what the server does."""

import time

from graphviz_nn.errors import UsageError


class Counting:
    """Each session has a step of its own, and adds to it while it plays."""

    def __init__(self, graph, data):
        self.playing, self.step, self.number, self.seed = False, 0, 0, 0

    def answer(self, message, say):
        match message["do"]:
            case "play" | "pause" as do:
                self.playing = do == "play"
            case "set" if message["field"] == "seed":
                self.seed = message["value"]
            case "set":
                raise self._refused(message["field"])
            case "reset":
                raise ZeroDivisionError("a fault")
            case "check":
                while True:
                    time.sleep(0.01)
                    say({"check": {"done": 0, "count": 1}})
            case "sweep":
                # Holds the process, as a model of somebody else's may.
                sum(range(10**12))
        return {"state": {"seed": self.seed, "step": self.step}, "frame": self.frame()}

    def _refused(self, field):
        error = UsageError(f"there is no field {field!r}")
        error.field = field
        return error

    def advance(self, seconds):
        time.sleep(seconds / 10)
        self.step += 1
        if self.seed == 13 and self.step > 5:
            self.playing = False
            return {"stopped": {"what": "the loss isn't finite", "step": self.step}}
        if self.seed == 14 and self.step > 5:
            raise ZeroDivisionError("a fault")
        return None

    def frame(self):
        self.number += 1
        return {"number": self.number, "step": self.step, "seed": self.seed, "loss": float("nan")}
