"""A headless Chromium driven through a pipe, without further packages."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = "needs Chromium or Google Chrome"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-device-scale-factor=1",
]
KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39}
KEYS |= {" ": 32, "PageDown": 34, "End": 35, "Home": 36}


class Browser:
    """A page; `problems` lists its errors, refused loads and console messages."""

    def __init__(self, write: Any, read: Any) -> None:
        self._write, self._read, self._number, self._rest = write, read, 0, b""
        self.problems: list[str] = []
        self.requests: list[str] = []
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.size(900, 600)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, and return the browser's answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        self._write.flush()
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._read.fileno(), 1 << 20)
            if not more:
                raise RuntimeError("the browser is gone")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        kind, about = found.get("method", ""), found.get("params", {})
        if kind == "Runtime.exceptionThrown":
            self.problems.append(json.dumps(about["exceptionDetails"])[:500])
        elif kind in ("Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"):
            self.problems.append(json.dumps(about)[:500])
        elif kind == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        return found

    def open(self, url: str) -> None:
        """Load a page."""
        self.problems.clear()
        self.requests.clear()
        self.call("Page.navigate", url=url)
        self.js("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))")

    def js(self, expression: str) -> Any:
        """The value of an expression, awaited."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(json.dumps(found["exceptionDetails"])[:500])
        return found["result"].get("value")

    def size(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, **features: str) -> None:
        """Set media features, such as ``prefers_color_scheme="dark"``."""
        given = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=given)

    def middle(self, selector: str) -> tuple[float, float]:
        """The centre of the first matching element."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.js(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
        return x, y

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        self.call("Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, **more)

    def hover(self, selector: str) -> None:
        self.mouse("Moved", *self.middle(selector))

    def click(self, selector: str) -> None:
        at = self.middle(selector)
        for kind in ("Moved", "Pressed", "Released"):
            self.mouse(kind, *at, button="none" if kind == "Moved" else "left", clickCount=int(kind != "Moved"))

    def key(self, key: str, text: str = "", modifiers: int = 0) -> None:
        text = text or (key if len(key) == 1 else "\r" if key == "Enter" else "")
        code = KEYS.get(key, ord(key[0]))
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, text=text, modifiers=modifiers
            )

    def picture(self) -> bytes:
        """The window as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser with its own profile."""
    assert CHROMIUM is not None
    (to_read, to_write), (from_read, from_write) = os.pipe(), os.pipe()
    profile = tempfile.mkdtemp(prefix="browser-")
    # It reads from 3 and writes to 4.
    wires = f'exec "$0" "$@" 3<&{to_read} 4>&{from_write}'
    command = ["bash", "-c", wires, CHROMIUM, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        command, pass_fds=(to_read, from_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(to_read)
    os.close(from_write)
    try:
        with os.fdopen(to_write, "wb") as write, os.fdopen(from_read, "rb", buffering=0) as read:
            page = Browser(write, read)
            yield page
            page._session = ""
            with suppress(RuntimeError, OSError):
                page.call("Browser.close")
    finally:
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait()
        shutil.rmtree(profile, ignore_errors=True)
