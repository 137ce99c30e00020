"""Writing lines to a file descriptor without waiting for its reader."""

from __future__ import annotations

import os
import select
import socket
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeAlias

# Writes bytes and returns how many were written; BlockingIOError if none can be written now, OSError if none ever.
Write: TypeAlias = Callable[[bytes], int]


def standard_error() -> int:
    """The descriptor of stderr, or of /dev/null if the process has no stderr.

    Without stderr, its number belongs to the next file that is opened, and a line must not get into that.
    """
    return os.open(os.devnull, os.O_WRONLY) if sys.stderr is None else 2


def writer(descriptor: int) -> Write:
    """The function that writes to a descriptor: a file, a pipe, a socket or a terminal.

    Pipes and terminals are reopened if possible, on Linux: `O_NONBLOCK` on the descriptor itself would apply to every
    program that shares it.
    """
    mode = os.fstat(descriptor).st_mode
    if sys.platform == "win32" or stat.S_ISREG(mode):
        return partial(os.write, descriptor)
    if stat.S_ISSOCK(mode):
        connection = socket.socket(fileno=os.dup(descriptor))
        return lambda line: connection.send(line, socket.MSG_DONTWAIT)
    with suppress(OSError):
        return partial(os.write, os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY))
    return _asking(descriptor)


def _asking(descriptor: int) -> Write:
    """Polls before it writes; this can block only if several processes write at the same moment."""
    room = select.poll()
    room.register(descriptor, select.POLLOUT)

    def write(line: bytes) -> int:
        if not room.poll(0):
            raise BlockingIOError
        return os.write(descriptor, line)

    return write
