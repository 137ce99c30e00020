"""What a check is going to do, before anything is asked: on what, by which rules, and how it connects."""

from __future__ import annotations

import random
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from openapi.check.client.wire import ConnectionOptions
from openapi.check.options import Options, Profile
from openapi.check.provocations import find_operation
from openapi.contract import Contract, Operation
from openapi.contract.changes import changed_operations
from openapi.findings.rules import RULES

# Why an operation is left out that is the same in an older contract.
UNCHANGED: Final = "it did not change"
_READ_ONLY: Final = ("get", "head", "options")


def selected(contract: Contract, options: Options) -> tuple[list[Operation], list[tuple[str, str]]]:
    """The operations to check, and those that are left out, each with the reason. ValueError for a name that is none
    of the contract's."""
    chosen = list(contract.operations)
    for name in options.operations:
        if find_operation(contract, name) is None:
            raise ValueError(f"the contract has no operation {name!r}; name an operationId, or 'GET /path'")
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
        reason = "it may change something; --allow-writes calls it"
        left_out += [(o.label, reason) for o in chosen if o.method not in _READ_ONLY]
        chosen = [operation for operation in chosen if operation.method in _READ_ONLY]
    return chosen, left_out


def skipped(options: Options) -> tuple[str, ...]:
    """The rules that are not judged. ValueError for what is no rule."""
    for rule in options.skip:
        if rule not in RULES:
            raise ValueError(f"there is no rule {rule!r}; there are {', '.join(RULES)}")
    return options.skip


def seed_of(options: Options) -> int:
    """What generated requests follow from: the seed that was given, or that of the profile."""
    if options.seed is not None:
        return options.seed
    return 0 if options.profile is Profile.FAST else random.SystemRandom().getrandbits(32)


def connection_of(options: Options) -> ConnectionOptions:
    """How the server is connected to. ValueError for a certificate, a key or a proxy that cannot be used."""
    tls = ssl.create_default_context()
    if options.ca_bundle is not None:
        with _told(options.ca_bundle):
            tls = ssl.create_default_context(cafile=str(options.ca_bundle))
    if options.client_cert is not None:
        with _told(*options.client_cert):
            tls.load_cert_chain(*options.client_cert)
    if options.insecure:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    proxy = urlsplit(options.proxy) if options.proxy else None
    if proxy is not None and (proxy.scheme != "http" or not proxy.hostname):
        raise ValueError("the proxy is no http:// URL")
    return ConnectionOptions(tls, proxy, options.timeout)


@contextmanager
def _told(*files: Path | None) -> Iterator[None]:
    """Have an error of TLS name the files that it was about."""
    try:
        yield
    except OSError as error:
        named = " and ".join(str(file) for file in files if file is not None)
        raise ValueError(f"the certificates cannot be used: {named}: {error.strerror or error}") from None
