"""A contract and a server: does the one keep the other?

`run_check(contract, target, options)` gives a `Verdict`, which every report is made from. Without the extra `check` of
the package, every import of this folder is ExtraMissing.
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
    # Imported when it is asked for: with it comes schemathesis, which the proxy and the reports can do without.
    if name == "run_check":
        from openapi.check.runner import run_check

        return run_check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
