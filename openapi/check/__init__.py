"""The check: whether a server keeps a contract.

`run_check(contract, target, options)` returns a `Verdict`, from which every report is made. Without the extra `check`
of the package, every import of this folder raises ExtraMissing.
"""

from typing import TYPE_CHECKING, Any

from openapi.check.options import Options, Profile
from openapi.extras import require_extra
from openapi.findings.findings import Verdict

if TYPE_CHECKING:
    from openapi.check.runner import run_check

require_extra("check", "the check")

__all__ = ["Options", "Profile", "Verdict", "run_check"]


def __getattr__(name: str) -> Any:
    # Imported on first use, because it imports schemathesis, which the proxy and the reports do not need.
    if name == "run_check":
        from openapi.check.runner import run_check

        return run_check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
