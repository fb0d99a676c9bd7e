"""A sandbox on a port of this machine, for what reaches it as it would reach Microsoft."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cheroot import wsgi

from m365_sandbox.app import create_app
from m365_sandbox.state import State


@contextmanager
def served(state: State, threads: int = 4) -> Iterator[str]:
    """Serve it; gives its address."""
    server = wsgi.Server(("127.0.0.1", 0), create_app(state), numthreads=threads)
    # Connections that break are what some tests are about, and nothing to tell of.
    server.error_log = lambda *_text, **_more: None  # type: ignore[method-assign]
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join()
