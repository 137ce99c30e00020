"""The settings: one frozen object, read once from the environment and the command line."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from openapi.http.hosts import host_of

PREFIX: Final = "TETHER_RELAY_"

LogFormat = Literal["auto", "json", "text"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]


# RFC 6454 section 6.2, as browsers write it.
_ORIGIN: Final = re.compile(r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
_USUAL_PORTS: Final = {"http": ":80", "https": ":443"}


class SettingsError(Exception):
    """One or more settings are invalid; the text names each one and its valid values."""


class Settings(BaseSettings):
    """The settings of the program. Each field is the variable ``TETHER_RELAY_<FIELD>``; some are also options."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    database: Path = Field(Path("tether-relay.db"), description="The SQLite file that holds the data.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(2212, ge=1, le=65535, description="The port to listen on.")
    workers: int = Field(1, ge=1, le=256, description="The number of worker processes; use one for each core.")
    metrics_host: str = Field("127.0.0.1", description="The address to serve /metrics on.")
    metrics_port: int | None = Field(None, ge=1, le=65535, description="The port of /metrics; not served if not set.")
    metrics_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Comma-separated host names that scrapers may use, beside IP addresses and names without a dot.",
    )
    otlp_endpoint: str | None = Field(
        None, description="The URL of an OpenTelemetry collector (OTLP over HTTP); no traces if not set."
    )
    otlp_sample_ratio: float = Field(
        1.0,
        ge=0,
        le=1,
        description="The share of traces to send, 0 to 1; a trace of a caller follows the caller's flag.",
    )
    log_level: LogLevel = Field("info", description="The lowest level that is logged.")
    log_format: LogFormat = Field("auto", description="json, text, or auto: text in a terminal, otherwise json.")
    log_key: SecretStr | None = Field(
        None, description="The key that hashes user ids in the log; random for each start if not set."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Comma-separated origins whose pages may call the server from a browser."
    )

    jwt_secret: SecretStr | None = Field(
        None, description="The shared secret of HS256 tokens, at least 32 bytes; required without public keys."
    )
    jwt_public_key_file: Path | None = Field(
        None, description="A public key in PEM: RSA for RS256, EC on P-256 for ES256, Ed25519 for EdDSA."
    )
    jwt_jwks_url: str | None = Field(
        None, description="The JWK Set with the public keys: an https URL, or the path of a file."
    )
    jwt_jwks_refresh: float = Field(300, ge=1, le=86_400, description="Seconds between refreshes of the JWK Set.")
    jwt_jwks_timeout: float = Field(5, gt=0, le=60, description="The timeout for reading the JWK Set, in seconds.")
    jwt_jwks_max_age: float = Field(
        86_400, ge=1, description="Seconds that keys stay valid while the JWK Set cannot be read."
    )
    jwt_issuer: str | None = Field(None, description="If set, tokens must have this `iss`.")
    jwt_audience: str | None = Field(None, description="If set, tokens must have this `aud`.")
    jwt_leeway: float = Field(10, ge=0, le=300, description="Allowed difference of the issuer's clock, in seconds.")
    jwt_types: Annotated[tuple[str, ...], NoDecode] = Field(
        ("jwt", "at+jwt"), description="Comma-separated `typ` values that tokens may have."
    )
    jwt_user_claim: str = Field("sub", min_length=1, description="The claim with the user's id.")
    jwt_org_claim: str | None = Field(
        None, description="If set, this claim must name the user's organization, or be absent if the user has none."
    )
    jwt_max_lifetime: float | None = Field(
        None, gt=0, description="If set, the longest lifetime of a token, from `iat` to `exp`, in seconds."
    )
    token_memory: int = Field(
        10_000, ge=0, le=1_000_000, description="The number of verified tokens that each worker remembers; 0 for none."
    )

    public_operations: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Comma-separated operationIds that may be served without authentication."
    )
    allow_public: bool = Field(False, description="Serve all operations that the contract declares public.")
    documents: bool = Field(True, description="Serve /docs, /openapi.yaml and /openapi.json.")
    health: bool = Field(True, description="Serve /livez and /readyz.")

    @field_validator(
        "jwt_secret",
        "log_key",
        "jwt_issuer",
        "jwt_audience",
        "jwt_jwks_url",
        "jwt_user_claim",
        "jwt_org_claim",
        "otlp_endpoint",
        mode="before",
    )
    @classmethod
    def _check_text(cls, value: object) -> object:
        # Bytes in the environment that are not UTF-8 become lone surrogates.
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise PydanticCustomError("not_utf8", "must be text in UTF-8")
        return value

    @field_validator("public_operations", "jwt_types", "cors_origins", "metrics_allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("metrics_port")
    @classmethod
    def _check_metrics_port(cls, port: int | None, given: ValidationInfo) -> int | None:
        if port is not None and port == given.data.get("port"):
            raise PydanticCustomError("taken_port", "must differ from the server's port")
        return port

    @field_validator("otlp_endpoint")
    @classmethod
    def _check_endpoint(cls, endpoint: str | None) -> str | None:
        if endpoint is not None and not _is_plain_url(endpoint):
            raise PydanticCustomError(
                "not_an_endpoint",
                "must be a URL such as http://127.0.0.1:4318, without a user, a query or a fragment",
            )
        return endpoint

    @field_validator("metrics_allowed_hosts")
    @classmethod
    def _check_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if host_of(f"//{host}") != host.lower():
                raise PydanticCustomError(
                    "not_a_host",
                    "{host} is not a host name; write relay.example.com, without a scheme, a port and a path",
                    {"host": repr(host)},
                )
        return tuple(host.lower() for host in hosts)

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin) or origin.endswith(_USUAL_PORTS.get(origin.partition(":")[0], " ")):
                raise PydanticCustomError(
                    "not_an_origin",
                    "{origin} is not an origin as browsers send it; write https://app.example.com, in lower case, "
                    "without a path, and with a port only if it is not the default one",
                    {"origin": repr(origin)},
                )
        return origins

    @field_validator("jwt_types")
    @classmethod
    def _short_types(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if not types:
            raise PydanticCustomError("no_type", "must name a type, such as JWT or at+jwt")
        return tuple(kind.lower().removeprefix("application/") for kind in types)

    @field_validator("jwt_user_claim", "jwt_org_claim")
    @classmethod
    def _check_claim(cls, claim: str | None) -> str | None:
        if claim in ("exp", "nbf", "iat", "iss", "aud"):
            raise PydanticCustomError(
                "taken_claim", "must identify the user or organization, and not be exp, nbf, iat, iss or aud"
            )
        return claim


def read_settings(**options: Any) -> Settings:
    """The settings from the environment; an option that is not None overrides its variable.

    SettingsError names every invalid setting, and every unknown variable with the prefix.
    """
    problems = _unknown_variables()
    given = {name: value for name, value in options.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        problems += [
            _wrong(str(fault["loc"][0]), _reason(fault["type"], fault["msg"], fault["input"]), given)
            for fault in error.errors()
        ]
    else:
        if not problems:
            return settings
    raise SettingsError("; ".join(problems))


def read_check_token() -> str | None:
    """The token for `tether-relay check` from the environment; None if it has none.

    SettingsError names every unknown variable with the prefix.
    """
    if problems := _unknown_variables():
        raise SettingsError("; ".join(problems))
    return os.environ.get(CHECK_TOKEN) or None


def copied_environment() -> dict[str, str]:
    """A copy of the current environment."""
    return dict(os.environ)


@contextmanager
def replaced_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Replace the environment with these variables during the block, for libraries that read it."""
    before = copied_environment()
    try:
        os.environ.clear()
        os.environ.update(variables)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _is_plain_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        plain = url.port != 0 and url.username is None and not (url.query or url.fragment)
    except ValueError:
        return False
    return (
        plain and url.scheme in ("http", "https") and bool(url.hostname) and re.fullmatch(r"[!-~]+", text) is not None
    )


# Not a setting of the server. A variable, because all users of a machine can read the arguments of a process.
CHECK_TOKEN: Final = PREFIX + "CHECK_TOKEN"
VARIABLES: Final = frozenset(PREFIX + name.upper() for name in Settings.model_fields)


def _unknown_variables() -> list[str]:
    known = {*VARIABLES, CHECK_TOKEN}
    return [_unknown(name) for name in sorted(os.environ) if name.startswith(PREFIX) and name not in known]


def _unknown(variable: str) -> str:
    # Without the prefix, which would make all names similar.
    names = [name.removeprefix(PREFIX) for name in VARIABLES]
    near = difflib.get_close_matches(variable.removeprefix(PREFIX), names, n=1)
    hint = f"did you mean {PREFIX}{near[0]}?" if near else "see docs/settings.md"
    return f"unknown setting {variable}; {hint}"


# Pydantic's error types for text that it cannot parse. The messages show the value: none of these settings is secret.
_UNREADABLE: Final = {
    "int_parsing": "is not a whole number",
    "float_parsing": "is not a number",
    "bool_parsing": "is neither true nor false",
}


def _reason(kind: str, message: str, value: object) -> str:
    return f"{value!r} {_UNREADABLE[kind]}" if kind in _UNREADABLE else message


def _wrong(name: str, reason: str, given: Mapping[str, object]) -> str:
    label = "--" + name.replace("_", "-") if name in given else PREFIX + name.upper()
    return f"{label}: {reason[0].lower()}{reason[1:]}"
