"""FastAPI with the contract's response as a response model."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from scripts.benchmark.peers.work import active_provider, verified_user

app = FastAPI()
bearer = HTTPBearer()


class ProviderAnswer(BaseModel):
    """The contract's CallsActiveProviderResponse."""

    provider: Literal["twilio", "sinch"] | None
    phone_number: str | None = Field(alias="phoneNumber")


async def caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    """The caller; 401 for an invalid token."""
    user_id = verified_user(credentials.credentials)
    if user_id is None:
        raise HTTPException(401, "The bearer token is not valid.", {"WWW-Authenticate": "Bearer"})
    return user_id


@app.get("/api/calls/providers", response_model=ProviderAnswer)
async def get_calls_providers(user_id: Annotated[str, Depends(caller)]) -> dict[str, str | None]:
    """The operation; FastAPI validates the result against the model."""
    provider, phone_number = active_provider(user_id)
    return {"provider": provider, "phoneNumber": phone_number}
