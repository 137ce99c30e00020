"""The plan of a check, before its first request: operations, rules, seed and connection."""

from __future__ import annotations

import random
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from openapi.check.client.wire import ConnectionOptions
from openapi.check.options import Options, Profile
from openapi.check.provocations import find_operation
from openapi.compatibility.comparison import changed_operations
from openapi.contract import Contract, Operation
from openapi.findings.rules import RULES

# The reason to leave out an operation that is the same in an older contract.
UNCHANGED: Final = "it did not change"
# Seconds.
_DEEP_LIMIT: Final = 300.0


def selected(contract: Contract, options: Options) -> tuple[list[Operation], list[tuple[str, str]]]:
    """The operations to check, and those that are left out, each with the reason. Raises ValueError for a name that the
    contract does not have."""
    chosen = list(contract.operations)
    for name in options.operations:
        if find_operation(contract, name) is None:
            raise ValueError(f"the contract has no operation {name!r}; use an operationId or 'GET /path'")
    if options.operations:
        chosen = [
            operation for operation in chosen if {operation.operation_id, operation.label} & {*options.operations}
        ]
    left_out = []
    if options.changed_since is not None:
        changed = {operation.label for operation in changed_operations(options.changed_since, contract)}
        left_out += [(o.label, UNCHANGED) for o in chosen if o.label not in changed]
        chosen = [operation for operation in chosen if operation.label in changed]
    if not options.allow_writes:
        reason = "it can change data; call it with --allow-writes"
        left_out += [(o.label, reason) for o in chosen if not o.is_safe]
        chosen = [operation for operation in chosen if operation.is_safe]
    return chosen, left_out


def by_path(contract: Contract, operations: Iterable[Operation]) -> list[list[Operation]]:
    """All operations of each path that `operations` have, beginning with the first of these."""
    chosen: dict[str, Operation] = {}
    for operation in operations:
        chosen.setdefault(operation.path, operation)
    return [
        [first, *(o for o in contract.operations if o.path == path and o != first)] for path, first in chosen.items()
    ]


def skipped(options: Options) -> tuple[str, ...]:
    """The rules that are not judged. Raises ValueError for an unknown rule."""
    for rule in options.skip:
        if rule not in RULES:
            raise ValueError(f"unknown rule {rule!r}; the rules are {', '.join(RULES)}")
    return options.skip


def seed_of(options: Options) -> int:
    """The seed of generated requests: the given one, or that of the profile."""
    if options.seed is not None:
        return options.seed
    return 0 if options.profile is Profile.FAST else random.SystemRandom().getrandbits(32)


def time_limit_of(options: Options) -> float | None:
    """The time limit in seconds: the given one, or that of the profile; None without one."""
    if options.time_limit is not None:
        return options.time_limit
    return _DEEP_LIMIT if options.profile is Profile.DEEP else None


def connection_of(options: Options) -> ConnectionOptions:
    """The connection options. Raises ValueError for an unusable certificate, key or proxy."""
    tls = ssl.create_default_context()
    if options.ca_bundle is not None:
        with _naming(options.ca_bundle):
            tls = ssl.create_default_context(cafile=str(options.ca_bundle))
    if options.client_cert is not None:
        with _naming(*options.client_cert):
            tls.load_cert_chain(*options.client_cert)
    if options.insecure:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    proxy = urlsplit(options.proxy) if options.proxy else None
    if proxy is not None and (proxy.scheme != "http" or not proxy.hostname):
        raise ValueError("the proxy is not an http:// URL")
    return ConnectionOptions(tls, proxy, options.timeout)


@contextmanager
def _naming(*files: Path | None) -> Iterator[None]:
    """Turn an error of TLS into a ValueError that names the files."""
    try:
        yield
    except OSError as error:
        named = " and ".join(str(file) for file in files if file is not None)
        raise ValueError(f"the certificates cannot be used: {named}: {error.strerror or error}") from None
