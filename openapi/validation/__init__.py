"""Whether a request or a response keeps its contract: pure, on values, for anybody's server and client.

What only a second request could show, such as whether a token is really verified, is not judged.
"""

from openapi.contract.router import RouteConflict
from openapi.http.media_types import is_json, ranges_of
from openapi.validation.responses import declared_status
from openapi.validation.validator import Judge
from openapi.validation.violations import Breach

__all__ = ["Breach", "Judge", "RouteConflict", "declared_status", "is_json", "ranges_of"]
