"""The fixture `contract_check` for pytest. It imports what it needs when it is used: every run of pytest loads this."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from openapi.check.testing import ContractCheck


@pytest.fixture(scope="session")
def contract_check() -> Callable[..., ContractCheck]:
    """``contract_check(app_or_url, "openapi.yaml", token=...).verify()``: whether a server keeps a contract."""
    from openapi.extras import require_extra

    # This plugin is installed with the bare package.
    require_extra("check", "contract_check")
    from openapi.check.testing import ContractCheck

    return ContractCheck
