"""Whether a request or a response keeps its contract: pure, on values, for anybody's server and client.

What only a second request could show, such as whether a token is really verified, is not judged.
"""

from openapi.judging.breach import Breach
from openapi.judging.judge import Judge
from openapi.judging.media_types import is_json, ranges_of
from openapi.judging.responses import declared_status
from openapi.router import RouteConflict

__all__ = ["Breach", "Judge", "RouteConflict", "declared_status", "is_json", "ranges_of"]
