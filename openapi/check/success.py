"""Whether a check has seen any success: refusals alone prove nothing about the answers that clients need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from openapi.check.credentials import Credentials
from openapi.contract import Operation
from openapi.findings.findings import OperationCoverage

_MEND = "describe requests that succeed in a file for --provocations"
# The share of all answers that are 429 above which the rest says little about the server.
_MOSTLY = 0.5


def obstacle_to_success(
    operations: Sequence[Operation], coverage: Sequence[OperationCoverage], credentials: Credentials
) -> str | None:
    """Why the answers do not prove that the contract is kept, and what to do: a limit of the rate, or only refusals.

    None if an operation was answered with a success, if none declares one, or if nothing was answered.
    """
    statuses = Counter[int]()
    for item in coverage:
        statuses.update(item.seen)
    total = sum(statuses.values())
    if statuses[429] > _MOSTLY * total:
        return f"{statuses[429]} of {total} answers are 429: the server limits requests; send fewer with --rate-limit"
    if not total or any(status < 400 for status in statuses) or not any(item.never_succeeded for item in coverage):
        return None
    refused = {401: _unauthorized, 403: _forbidden}
    kinds = set(statuses)
    if kinds <= {401, 403}:
        status, _ = statuses.most_common(1)[0]
        return f"{_only(statuses)}: {refused[status](operations, credentials)}"
    if kinds <= {401, 403, 404}:
        return (
            f"{_only(statuses)}: the URL may lack a path prefix, or what the requests ask for does not exist; {_MEND}"
        )
    return f"no request was answered with a success: {_only(statuses)}; {_MEND}"


def _only(statuses: Counter[int]) -> str:
    """All statuses with their numbers, in words."""
    if len(statuses) == 1:
        return f"every answer was {next(iter(statuses))}"
    return "the answers were " + ", ".join(f"{status} ({count})" for status, count in statuses.most_common())


def _unauthorized(operations: Sequence[Operation], credentials: Credentials) -> str:
    if not credentials.is_given:
        return "give credentials with --token or --credential"
    if all(operation.public for operation in operations):
        return (
            "the token was not used, because the contract requires no credentials (it has no `security`); send it all "
            "the same with --send-token always"
        )
    return "the server does not accept the credentials"


def _forbidden(operations: Sequence[Operation], credentials: Credentials) -> str:
    if not credentials.is_given:
        return _unauthorized(operations, credentials)
    return "the caller may not use these operations; give the credentials of another"
