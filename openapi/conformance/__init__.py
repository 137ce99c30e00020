"""A contract and a server: does the one keep the other?

`run_check(contract, target, options)` gives a `Verdict`, which every report is made from.
"""

from openapi.conformance.findings import Verdict
from openapi.conformance.options import Options, Profile
from openapi.conformance.runner import run_check

__all__ = ["Options", "Profile", "Verdict", "run_check"]
