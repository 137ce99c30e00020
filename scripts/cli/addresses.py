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
    """Yield the address family and the socket address of `host` and `port`; the block listens on them.

    Refused, with the options to change, if `host` has no address, or if the block raises OSError.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        yield family, address
    except UnicodeError:
        raise Refused(
            f"cannot listen on {host}:{port}: this is not a host name; set another with {host_option}"
        ) from None
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            reason = f"{error.strerror}; set an address of this machine with {host_option}"
        elif error.errno == errno.EADDRINUSE:
            reason = f"the port is in use; stop the program that uses it, or choose another port with {port_option}"
        else:
            reason = f"{error.strerror}; choose another port with {port_option}"
        raise Refused(f"cannot listen on {host}:{port}: {reason}") from None


def free_address(host: str, port: int) -> str:
    """The IP address of `host`; Refused if this process cannot listen on its `port`.

    granian accepts only IP addresses, and would share a port that another process already uses.
    """
    with (
        listening(host, port, "--host", "--port") as (family, address),
        socket.socket(family, socket.SOCK_STREAM) as probe,
    ):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
    return str(address[0])
