"""Downloads a document, within bounds, so that a contract can be named by its URL."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from openapi.check.client.wire import ConnectionOptions, TargetUnreachable, exchange
from openapi.http.messages import Request

# More than any contract has.
_LARGEST: Final = 32 * 1024 * 1024
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_REDIRECTS: Final = 5
_ACCEPTED: Final = "application/json, application/yaml, text/yaml, */*;q=0.5"


class NotDownloaded(Exception):
    """The document could not be downloaded; the text says why, and how to mend it."""


def download(url: str, connection: ConnectionOptions) -> bytes:
    """The content at an http or https URL, without sending credentials.

    At most 32 MiB are read; each answer may take the timeout of `connection`. At most five redirects are followed, and
    none from https to http. Raises NotDownloaded.
    """
    here = _checked(url, url)
    for _ in range(_MOST_REDIRECTS + 1):
        target = (here.path or "/") + (f"?{here.query}" if here.query else "")
        try:
            done = exchange(here, Request("GET", target, (("Accept", _ACCEPTED),)), connection)
        except TargetUnreachable as error:
            raise NotDownloaded(f"{url} cannot be downloaded: {error}") from None
        if done.response is None or done.faults:
            reason = done.faults[0].reason if done.faults else "there is no answer"
            raise NotDownloaded(f"{url} cannot be downloaded: {reason}")
        if done.response.status not in _REDIRECTS:
            return _content(url, done.response.status, done.response.body)
        location = done.response.header("location") or ""
        there = _checked(urljoin(here.geturl(), location), url)
        if here.scheme == "https" and there.scheme == "http":
            raise NotDownloaded(f"{url} redirects from https to http; give the URL that it should lead to")
        here = there
    raise NotDownloaded(f"{url} redirects more than {_MOST_REDIRECTS} times; give the URL of the document itself")


def _checked(url: str, given: str) -> SplitResult:
    """The parts of a URL to download from; NotDownloaded if it is not http or https, or has a user."""
    what = f"{given!r} is" if url == given else f"{given} redirects to {url!r}, which is"
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise NotDownloaded(f"{what} not an http or https URL") from None
    if not valid:
        raise NotDownloaded(f"{what} not an http or https URL")
    if parts.username is not None:
        raise NotDownloaded("the URL of a contract must not have a user; download the document, and give the file")
    return parts


def _content(url: str, status: int, body: bytes) -> bytes:
    if status in (401, 403):
        raise NotDownloaded(f"{url} answers {status}; download the document with your credentials, and give the file")
    if status != 200:
        raise NotDownloaded(f"{url} answers {status}; correct the URL of the document")
    if len(body) > _LARGEST:
        raise NotDownloaded(f"{url} has more than {_LARGEST // 1024 // 1024} MiB; that is no contract")
    return body
