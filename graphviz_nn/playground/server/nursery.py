"""The process that bears those of the tabs: what they need is loaded once, and shared by forking where that is safe.

It reads what is served, and then orders: ``start PORT SECRET`` and ``end PROCESS``. It ends when its input does, with
all it has borne.
"""

import gc
import os
import pickle
import signal
import socket
import sys
import threading
import traceback
from typing import NoReturn

from graphviz_nn.importers.python_file import run
from graphviz_nn.playground.server.engine import Served
from graphviz_nn.playground.server.worker import Wire, Worker

FORKS = sys.platform == "linux"
"""Elsewhere a process is no copy of another: Windows has none, and libraries of macOS don't survive it."""


def main(forks: bool) -> None:
    """Follow the orders of the server."""
    # Ctrl-C in a terminal reaches every process; the server ends them in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders = sys.stdin.buffer
    served: Served = pickle.load(orders)
    if served.source is not None:
        run(served.source)
    served.session()
    gc.freeze()
    borne: set[int] = set()
    for order in orders:
        match order.decode().split():
            case ["start", port, secret] if forks:
                child = os.fork()
                if child == 0:
                    os.close(orders.fileno())
                    serve(served, int(port), secret)
                borne.add(child)
            case ["start", port, secret]:
                serve(served, int(port), secret)
            case ["end", process] if int(process) in borne:
                _end(int(process))
                borne.remove(int(process))
    for child in borne:
        _end(child)


def serve(served: Served, port: int, secret: str) -> NoReturn:
    """Be the process of a tab, until the server closes the connection."""
    try:
        if hasattr(os, "nice"):
            # The page and the server come first.
            os.nice(5)
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(f"{secret} {os.getpid():>10}".encode())
        wire = Wire(connection)
        threading.Thread(target=wire.listen, daemon=True).start()
        Worker(served.session(), wire).run()
    except ConnectionError:
        # The server has ended meanwhile.
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _end(child: int) -> None:
    # Nobody else waits for it, so that its number is still its own.
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1] == "forks")
