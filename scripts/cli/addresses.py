"""Addresses to listen on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts.cli.failures import Refused


@contextmanager
def listening(host: str, port: int, host_option: str, port_option: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The address family and the address of `host` and `port`, to listen on in the block.

    Refused, with the names of the options to change, when that fails in the block or before.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        yield family, address
    except UnicodeError:
        raise Refused(
            f"cannot listen on {host}:{port}: that is no host name; name another with {host_option}"
        ) from None
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            reason = f"{error.strerror}; name an address of this machine with {host_option}"
        elif error.errno == errno.EADDRINUSE:
            reason = f"it is in use; stop what listens there, or choose another port with {port_option}"
        else:
            reason = f"{error.strerror}; choose another port with {port_option}"
        raise Refused(f"cannot listen on {host}:{port}: {reason}") from None


def free_address(host: str, port: int) -> str:
    """The IP address of `host`; Refused when its `port` cannot be listened on.

    granian takes addresses alone, and shares a port with whoever has it already.
    """
    with (
        listening(host, port, "--host", "--port") as (family, address),
        socket.socket(family, socket.SOCK_STREAM) as probe,
    ):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
    return str(address[0])
