"""The check as tests of your own suite: a case for each rule and operation.

    check = ContractCheck(app, "openapi.yaml", token=make_token)

    @pytest.mark.parametrize("case", check.cases(), ids=str)
    def test_contract(case):
        case.verify()

The check runs once, when the first case is verified. Collecting the cases sends no requests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from unittest import SkipTest

from openapi.check.client.targets import Target
from openapi.check.options import Options
from openapi.check.planning import selected
from openapi.check.runner import run_check
from openapi.contract import Contract, load_contract
from openapi.findings.causes import causes_of
from openapi.findings.findings import Category, Finding, Outcome, Rule, Verdict
from openapi.findings.masking import masked
from openapi.findings.reports.plain import described
from openapi.findings.reports.wording import listed, place, plural, title
from openapi.findings.rules import RULES
from openapi.http.masking import Secrets

# Operations of a finding that a failure names.
_MOST_OPERATIONS: Final = 10


class ContractBroken(AssertionError):
    """The server breaks the contract, or could not be judged; the text says why."""


class ContractCheck:
    """A check of `target`, a URL or an ASGI or WSGI application, by `contract`, a file or a contract.

    `token` is the credentials, or a function that returns them. `options` are those of `Options`, by name.
    """

    def __init__(
        self,
        target: Target,
        contract: Contract | Path | str,
        *,
        token: str | Callable[[], str] | None = None,
        **options: Any,
    ) -> None:
        self.contract = contract if isinstance(contract, Contract) else load_contract(Path(contract), lenient=True)
        self._target = target
        self._token = token
        self._tokens: list[str] = []
        self._options = Options(token=self._next_token if token is not None else None, **options)

    @cached_property
    def verdict(self) -> Verdict:
        """The outcome of the check, which runs on first access."""
        verdict = run_check(self.contract, self._target, self._options)
        return masked(verdict, self._secrets)

    def cases(self) -> list[ContractCase]:
        """A case for each rule and operation, and a last case for the check as a whole."""
        operations, _ = selected(self.contract, self._options)
        rules = [rule for rule in RULES.values() if rule.category is not Category.STRICT or self._options.strict]
        names = [f"{operation.method.upper()} {operation.path}" for operation in operations]
        return [*(ContractCase(self, name, rule) for name in names for rule in rules), ContractCase(self)]

    def verify(self) -> None:
        """Run the check. Raises ContractBroken with all findings, or if nothing could be judged. Raises
        unittest.SkipTest if nothing differs from the older contract."""
        if self.verdict.unchanged:
            raise SkipTest(title(self.verdict))
        if self.verdict.exit_code:
            raise ContractBroken(self._text(self.verdict.findings, title(self.verdict)))

    @property
    def _secrets(self) -> Secrets:
        names = [scheme.key for scheme in self.contract.api_keys]
        return Secrets.of(names, self._tokens, given=self._options.headers)

    def _next_token(self) -> str:
        token = self._token() if callable(self._token) else self._token or ""
        self._tokens.append(token)
        return token

    def _text(self, findings: Collection[Finding], heading: str) -> str:
        """The heading, which a test runner shows alone in its summary, and an example of each cause of the findings."""
        texts = (
            f"{listed(cause.operations, _MOST_OPERATIONS)}: {cause.rule.id}\n"
            f"{described(cause.example, self.verdict, self._secrets)}"
            for cause in causes_of(findings)
        )
        return "\n\n".join([heading, *texts, *self._hint(len(findings))])

    def _hint(self, findings: int) -> list[str]:
        """A hint for the curl lines if an application was served, which is no longer at its address."""
        if isinstance(self._target, str) or not findings:
            return []
        where = self.verdict.base_url
        return [
            f"The application was at {where} only during the check. Serve it, and put its address into the curl lines."
        ]


@dataclass(frozen=True, eq=False)
class ContractCase:
    """One rule applied to one operation; without both, the check as a whole."""

    check: ContractCheck
    operation: str = ""
    rule: Rule | None = None

    def __str__(self) -> str:
        return f"{self.operation} {self.rule.id}" if self.rule is not None else "the check as a whole"

    def verify(self) -> None:
        """Raises ContractBroken if the rule is broken, and unittest.SkipTest if nothing was seen that it applies to."""
        verdict = self.check.verdict
        if self.rule is None:
            self._verify_whole(verdict)
            return
        cases = [case for case in verdict.cases if (case.operation, case.rule.id) == (self.operation, self.rule.id)]
        findings = [finding for case in cases for finding in case.findings]
        if findings:
            raise ContractBroken(self.check._text(findings, _heading(findings)))
        if not cases or cases[0].outcome is Outcome.NOT_SEEN:
            raise SkipTest(cases[0].reason if cases else "the check did not run")

    def _verify_whole(self, verdict: Verdict) -> None:
        """Verify the findings without an operation, and that anything was judged."""
        if verdict.unchanged:
            raise SkipTest(title(verdict))
        findings = [finding for finding in verdict.findings if not finding.operation]
        if findings or verdict.exit_code == 2:
            heading = title(verdict) if verdict.exit_code == 2 else _heading(findings)
            raise ContractBroken(self.check._text(findings, heading))


def _heading(findings: Sequence[Finding]) -> str:
    """The first finding of a case, and how many more there are."""
    first, more = findings[0], len(findings) - 1
    others = f", and {plural(more, 'more finding')}" if more else ""
    return f"{place(first.operation)}: {first.message}{others}"
