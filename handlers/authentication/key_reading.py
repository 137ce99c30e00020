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
    """A function that reads a key set of at most 1 MiB, within `timeout` seconds, from a URL or a file's path.

    The returned function raises KeysUnreadable. `reader_of` itself raises KeyUnusable for a URL that is invalid or not
    secure: over the network, keys must come by https.
    """
    if "://" not in location:
        return lambda: _within(timeout, _read_file(Path(location)))
    try:
        url = httpx.URL(location)
    except httpx.InvalidURL as error:
        raise KeyUnusable(f"{location!r} is not a valid URL: {error}") from None
    if url.userinfo:
        raise KeyUnusable("remove the user and password from the URL of the public keys")
    if url.scheme not in ("http", "https") or not url.host:
        raise KeyUnusable(f"{location!r} is neither an https URL nor the path of a file")
    loopback = _is_loopback(url.host)
    if url.scheme == "http" and not loopback:
        raise KeyUnusable(f"{location!r} would fetch keys over the network without TLS; use https")
    client = partial(
        httpx.AsyncClient,
        verify=ssl.create_default_context(),
        timeout=timeout,
        follow_redirects=False,
        # A request to this machine must not go through a proxy.
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
        # A thread, because the disk of the file may hang.
        content = await asyncio.to_thread(_first_bytes, path)
    except OSError as error:
        raise KeysUnreadable(f"the file cannot be read: {error.strerror}") from None
    _check_size(content)
    return content


def _first_bytes(path: Path) -> bytes:
    # Reading a pipe would block a thread, and the end of the process, until another program writes to it.
    if not S_ISREG(path.stat().st_mode):
        raise KeysUnreadable("the path is a pipe, a folder or a device, not a file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


async def _fetch(url: httpx.URL, client: Callable[[], httpx.AsyncClient]) -> bytes:
    # A small compressed answer could expand to a large one.
    headers = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
    content = bytearray()
    try:
        async with client() as session, session.stream("GET", url, headers=headers) as response:
            if response.status_code != 200:
                raise KeysUnreadable(f"the answer has the status {response.status_code}, not 200")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise KeysUnreadable("the answer is compressed, although the request did not allow it")
            async for chunk in response.aiter_raw():
                content += chunk
                _check_size(content)
    except httpx.HTTPError as error:
        raise KeysUnreadable(f"{type(error).__name__}: {error}") from None
    return bytes(content)


def _check_size(content: bytes | bytearray) -> None:
    if len(content) > MAX_BYTES:
        raise KeysUnreadable(f"the key set is larger than {MAX_BYTES} bytes")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
