"""New request ids are unique, and tell nothing about other requests."""

from __future__ import annotations

import os
import re
from itertools import pairwise

from openapi.engine.observation import new_request_id


def test_a_new_id_has_sixteen_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{16}", new_request_id())


def test_new_ids_are_unique() -> None:
    assert len({new_request_id() for _ in range(100_000)}) == 100_000


def test_new_ids_do_not_count() -> None:
    """Neither do their halves: two ids of one client must not tell how many requests came between them."""
    ids = [new_request_id() for _ in range(1000)]
    for half in (slice(0, 8), slice(8, 16)):
        numbers = [int(id[half], 16) for id in ids]
        steps = {later - earlier for earlier, later in pairwise(numbers)}
        assert len(steps) > 990


def test_a_forked_process_makes_other_ids() -> None:
    new_request_id()
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writer, "".join(new_request_id() for _ in range(100)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()

    forked = {text[begin : begin + 16] for begin in range(0, len(text), 16)}
    assert forked.isdisjoint(new_request_id() for _ in range(300))
