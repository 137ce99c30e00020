"""Reading a published key set: over HTTP, or from a file."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import Final

import httpx

from handlers.authentication.key_sources import KeysUnreadable
from handlers.authentication.keys import KeyUnusable

MAX_BYTES: Final = 1024 * 1024

Read = Callable[[], Awaitable[bytes]]


def reader_of(location: str, timeout: float) -> Read:
    """What reads a key set, of at most 1 MiB and in at most `timeout` seconds, from a URL or a file's path.

    KeyUnusable for a URL that keys must not come from: over the network they come by https alone.
    """
    if "://" not in location:
        return lambda: _within(timeout, _read_file(Path(location)))
    try:
        url = httpx.URL(location)
    except httpx.InvalidURL as error:
        raise KeyUnusable(f"{location!r} is no URL: {error}") from None
    if url.userinfo:
        raise KeyUnusable("a URL of public keys needs no user and password")
    if url.scheme not in ("http", "https") or not url.host:
        raise KeyUnusable(f"{location!r} is neither an https URL nor the path of a file")
    loopback = _is_loopback(url.host)
    if url.scheme == "http" and not loopback:
        raise KeyUnusable(f"{location!r} would bring keys over the network without TLS; use https")
    client = partial(
        httpx.AsyncClient,
        verify=ssl.create_default_context(),
        timeout=timeout,
        follow_redirects=False,
        # What goes to this machine itself takes no way through a proxy.
        trust_env=not loopback,
    )
    return lambda: _within(timeout, _fetch(url, client))


async def _within(timeout: float, reading: Awaitable[bytes]) -> bytes:
    try:
        async with asyncio.timeout(timeout):
            return await reading
    except TimeoutError:
        raise KeysUnreadable(f"no answer within {timeout:g} seconds") from None


async def _read_file(path: Path) -> bytes:
    try:
        # A thread, because a file may lie on a disk that hangs.
        content = await asyncio.to_thread(_first_bytes, path)
    except OSError as error:
        raise KeysUnreadable(f"the file cannot be read: {error.strerror}") from None
    _check_size(content)
    return content


def _first_bytes(path: Path) -> bytes:
    # A pipe would keep a thread, and the end of the process, waiting for whoever writes into it.
    if not S_ISREG(path.stat().st_mode):
        raise KeysUnreadable("it is a pipe, a folder or a device, not a file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


async def _fetch(url: httpx.URL, client: Callable[[], httpx.AsyncClient]) -> bytes:
    # Unpacked, a small answer could be a large one.
    headers = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
    content = bytearray()
    try:
        async with client() as session, session.stream("GET", url, headers=headers) as response:
            if response.status_code != 200:
                raise KeysUnreadable(f"the answer has the status {response.status_code}, not 200")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise KeysUnreadable("the answer is compressed, which was not asked for")
            async for chunk in response.aiter_raw():
                content += chunk
                _check_size(content)
    except httpx.HTTPError as error:
        raise KeysUnreadable(f"{type(error).__name__}: {error}") from None
    return bytes(content)


def _check_size(content: bytes | bytearray) -> None:
    if len(content) > MAX_BYTES:
        raise KeysUnreadable(f"it is larger than {MAX_BYTES} bytes")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
