"""The operations tagged Calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.types import operations


async def get_calls_providers(
    caller: operations.Caller, store: operations.Reader
) -> operations.schemas.CallsActiveProviderResponse:
    """The voice provider that the caller's organization uses, and the number that the caller calls from.

    Both keys are always present. Both are null if no provider is active; the number is null if the caller has no
    default number for the provider. Raises UserNotFound, StoreUnavailable.
    """
    active = await store.active_provider(caller.user_id)
    return {"provider": active.provider, "phoneNumber": active.phone_number}
