"""What a server tells the forwarder, apart from it: a mock without an upstream does not need the forwarder."""

from __future__ import annotations

from typing import Final

# The key in the `extensions` of a scope under which a server stores the undecoded target of the request.
RAW_TARGET: Final = "tether_relay.raw_target"
