"""Ports on this machine's loopback address."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def free_port(wanted: int = 0) -> int | None:
    """The wanted port if nobody listens on it, else None; any free one for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            return None
        port: int = probe.getsockname()[1]
        return port


def any_free_port() -> int:
    """A port that nobody listens on now."""
    port = free_port()
    assert port is not None, "the loopback address has no free port"
    return port
