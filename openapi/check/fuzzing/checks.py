"""The checks of Schemathesis, and the rules of their findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Its checks -> our rules, for what only Schemathesis checks.
OWN_RULES: Final = {
    "not_a_server_error": "server-error",
    "positive_data_acceptance": "valid-refused",
    "negative_data_rejection": "invalid-accepted",
    "missing_required_header": "invalid-accepted",
    "use_after_free": "resource-lifecycle",
    "ensure_resource_availability": "resource-lifecycle",
}
# Its checks of what the contract validator checks too, whose reading of the contract counts. They are not run: a schema
# that Schemathesis cannot compile would end the generation of requests for its operation.
JUDGED_TOO: Final = {
    "status_code_conformance": "status-undeclared",
    "content_type_conformance": "media-type-undeclared",
    "response_headers_conformance": "header-schema",
    "response_schema_conformance": "body-schema",
}
# Its checks of methods and credentials, which the probes of these rules cover more precisely.
_PROBED: Final = {
    "unsupported_method": "method-undeclared",
    "allow_header_conformance": "allow",
    "ignored_auth": "auth-missing",
}
# It compares the answers to two callers, and a check has the credentials of one.
_NEEDS_TWO_CALLERS: Final = ("object_level_authorization",)
# Every check of Schemathesis -> the rule of its findings; None for one that this check cannot run.
RULES_OF_CHECKS: Final[Mapping[str, str | None]] = {
    **OWN_RULES,
    **JUDGED_TOO,
    **_PROBED,
    **dict.fromkeys(_NEEDS_TWO_CALLERS),
}
