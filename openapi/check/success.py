"""Whether a check has seen any success: refusals alone prove nothing about the answers that clients need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from openapi.check.credentials import Credentials
from openapi.contract import Operation
from openapi.findings.findings import OperationCoverage

_MEND = "describe requests that succeed in a file for --provocations"
# The share of all answers that are 429 above which the rest says little about the server.
_MOSTLY = 0.5


def is_nothing_there(answers: Mapping[Operation, int]) -> bool:
    """Whether every valid request was answered with 404, also where a success is declared."""
    return set(answers.values()) == {404} and any(
        key[0] in "23" or key == "default" for operation in answers for key in operation.responses
    )


def obstacle_to_success(
    answers: Mapping[Operation, int], coverage: Sequence[OperationCoverage], credentials: Credentials
) -> str | None:
    """Why the answers do not prove that the contract is kept, and what to do: a limit of the rate, or only refusals.

    `answers` are the statuses of the valid requests. None if an operation was answered with a success, if none declares
    one, or if nothing was answered.
    """
    seen = Counter[int]()
    for item in coverage:
        seen.update(item.seen)
    total = sum(seen.values())
    statuses = Counter(answers.values())
    if max(seen[429] / (total or 1), statuses[429] / (len(answers) or 1)) > _MOSTLY:
        return f"{seen[429]} of {total} answers are 429: the server limits requests; send fewer with --rate-limit"
    if not answers or any(status < 400 for status in seen) or not any(item.never_succeeded for item in coverage):
        return None
    if set(statuses) <= {401, 403}:
        status, _ = statuses.most_common(1)[0]
        return f"{_only(statuses)}: {_of_caller(status, list(answers), credentials)}"
    if set(statuses) <= {401, 403, 404}:
        return f"{_only(statuses)}: the URL may lack a path prefix, or the requests ask for what is not there; {_MEND}"
    return f"{_only(statuses)}, and no other request succeeded; {_MEND}"


def _only(statuses: Counter[int]) -> str:
    """All statuses with their numbers, in words."""
    if len(statuses) == 1:
        return f"every valid request was answered with {next(iter(statuses))}"
    counted = ", ".join(f"{status} ({count} of them)" for status, count in statuses.most_common())
    return f"the valid requests were answered with {counted}"


def _of_caller(status: int, operations: Sequence[Operation], credentials: Credentials) -> str:
    if not credentials.is_given:
        return "give credentials with --token or --credential"
    if all(operation.public for operation in operations) and not credentials.are_always_sent:
        return (
            "the token was not used, because the contract requires no credentials (it has no `security`); send it all "
            "the same with --send-token always"
        )
    if status == 403:
        return "the caller may not use these operations; give the credentials of another"
    return "the server does not accept the credentials"
