"""Where the lines of the log go: to a file descriptor, without ever waiting for whoever reads it."""

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

# Writes bytes and returns how many it took; BlockingIOError when none can be taken now, OSError when none ever.
Write: TypeAlias = Callable[[bytes], int]


def standard_error() -> int:
    """The descriptor of stderr, or one of /dev/null in its place.

    Where a program is started without stderr, its number soon belongs to some other file, which no line may get into.
    """
    return os.open(os.devnull, os.O_WRONLY) if sys.stderr is None else 2


def writer(descriptor: int) -> Write:
    """What writes to a descriptor, be it a file, a pipe, a socket or a terminal.

    Pipes and terminals are opened anew where that can be done, on Linux: `O_NONBLOCK` on the descriptor itself would
    hold for every program that shares it.
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
    """Asks before it writes; that is short of certain only where several processes write at the same moment."""
    room = select.poll()
    room.register(descriptor, select.POLLOUT)

    def write(line: bytes) -> int:
        if not room.poll(0):
            raise BlockingIOError
        return os.write(descriptor, line)

    return write
