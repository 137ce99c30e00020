"""The settings come from the environment and the command line; invalid ones are refused with a helpful text."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from scripts.cli.settings import VARIABLES, Settings, SettingsError, read_settings

pytestmark = pytest.mark.usefixtures("folder")

DEFAULTS: dict[str, Any] = {
    "database": Path("tether-relay.db"),
    "host": "127.0.0.1",
    "port": 2212,
    "workers": 1,
    "metrics_host": "127.0.0.1",
    "metrics_port": None,
    "metrics_allowed_hosts": (),
    "otlp_endpoint": None,
    "otlp_sample_ratio": 1.0,
    "log_level": "info",
    "log_format": "auto",
    "log_key": None,
    "cors_origins": (),
    "jwt_secret": None,
    "jwt_public_key_file": None,
    "jwt_jwks_url": None,
    "jwt_jwks_refresh": 300.0,
    "jwt_jwks_timeout": 5.0,
    "jwt_jwks_max_age": 86_400.0,
    "jwt_issuer": None,
    "jwt_audience": None,
    "jwt_leeway": 10.0,
    "jwt_types": ("jwt", "at+jwt"),
    "jwt_user_claim": "sub",
    "jwt_org_claim": None,
    "jwt_max_lifetime": None,
    "token_memory": 10_000,
    "public_operations": (),
    "allow_public": False,
    "documents": True,
    "health": True,
}

GIVEN: dict[str, tuple[str, Any]] = {
    "database": ("/srv/relay.db", Path("/srv/relay.db")),
    "host": ("::1", "::1"),
    "port": ("8080", 8080),
    "workers": ("4", 4),
    "metrics_host": ("::1", "::1"),
    "metrics_port": ("9464", 9464),
    "metrics_allowed_hosts": ("Relay.example.com, b.example", ("relay.example.com", "b.example")),
    "otlp_endpoint": ("https://collector.example.com:4318", "https://collector.example.com:4318"),
    "otlp_sample_ratio": ("0.1", 0.1),
    "log_level": ("debug", "debug"),
    "log_format": ("text", "text"),
    "log_key": ("hidden", SecretStr("hidden")),
    "cors_origins": ("https://a.example, http://localhost:3000", ("https://a.example", "http://localhost:3000")),
    "jwt_secret": ("hidden", SecretStr("hidden")),
    "jwt_public_key_file": ("key.pem", Path("key.pem")),
    "jwt_jwks_url": ("https://login.example.com/jwks", "https://login.example.com/jwks"),
    "jwt_jwks_refresh": ("60", 60.0),
    "jwt_jwks_timeout": ("0.5", 0.5),
    "jwt_jwks_max_age": ("3600", 3600.0),
    "jwt_issuer": ("https://login.example.com/", "https://login.example.com/"),
    "jwt_audience": ("relay", "relay"),
    "jwt_leeway": ("0.5", 0.5),
    "jwt_types": ("AT+JWT, application/at+jwt", ("at+jwt", "at+jwt")),
    "jwt_user_claim": ("uid", "uid"),
    "jwt_org_claim": ("org", "org"),
    "jwt_max_lifetime": ("900", 900.0),
    "token_memory": ("0", 0),
    "public_operations": ("get_status, get_version,", ("get_status", "get_version")),
    "allow_public": ("true", True),
    "documents": ("false", False),
    "health": ("0", False),
}


def test_every_setting_has_a_default() -> None:
    assert read_settings().model_dump() == DEFAULTS


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_a_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    text, value = GIVEN[name]
    monkeypatch.setenv(f"TETHER_RELAY_{name.upper()}", text)

    assert read_settings().model_dump() == DEFAULTS | {name: value}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"TETHER_RELAY_{name.upper()}", "")

    assert read_settings().model_dump() == DEFAULTS


def test_every_variable_has_the_prefix() -> None:
    assert {f"TETHER_RELAY_{name.upper()}" for name in DEFAULTS} == VARIABLES


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_an_option_overrides_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TETHER_RELAY_PORT", "8080")
    monkeypatch.setenv("TETHER_RELAY_HOST", "::1")

    settings = read_settings(port=9090, host=None)

    assert (settings.port, settings.host) == (9090, "::1")


def test_settings_are_immutable() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read_settings().port = 1  # type: ignore[misc]  # the type checker knows it too


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("TETHER_RELAY_DATABSE", "unknown setting TETHER_RELAY_DATABSE; did you mean TETHER_RELAY_DATABASE?"),
        ("TETHER_RELAY_SECRET", "unknown setting TETHER_RELAY_SECRET; did you mean TETHER_RELAY_JWT_SECRET?"),
        ("TETHER_RELAY_QZXQZXQZXQZX", "unknown setting TETHER_RELAY_QZXQZXQZXQZX; see docs/settings.md"),
        ("TETHER_RELAY_", "unknown setting TETHER_RELAY_; see docs/settings.md"),
    ],
)
def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, text: str) -> None:
    monkeypatch.setenv(variable, "value")

    assert refusal() == text


def test_variables_without_the_prefix_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TETHER_PORT", "x")
    monkeypatch.setenv("PORT", "x")

    assert read_settings().model_dump() == DEFAULTS


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("port", "x", "'x' is not a whole number"),
        ("port", "0", "input should be greater than or equal to 1"),
        ("port", "65536", "input should be less than or equal to 65535"),
        ("workers", "0", "input should be greater than or equal to 1"),
        ("workers", "1.5", "'1.5' is not a whole number"),
        ("log_level", "loud", "input should be 'debug', 'info', 'warning', 'error' or 'critical'"),
        (
            "metrics_allowed_hosts",
            "a.example:9464",
            "'a.example:9464' is not a host name; write relay.example.com, without a scheme, a port and a path",
        ),
        ("jwt_leeway", "-1", "input should be greater than or equal to 0"),
        ("jwt_leeway", "301", "input should be less than or equal to 300"),
        ("jwt_leeway", "ten", "'ten' is not a number"),
        ("jwt_leeway", "nan", "input should be"),
        ("token_memory", "-1", "input should be greater than or equal to 0"),
        ("allow_public", "perhaps", "'perhaps' is neither true nor false"),
        ("documents", "2", "'2' is neither true nor false"),
        ("jwt_secret", "\udcff" * 40, "must be text in UTF-8"),
        ("jwt_issuer", "\udcff", "must be text in UTF-8"),
        ("jwt_audience", "\udcff", "must be text in UTF-8"),
    ],
)
def test_the_error_for_an_invalid_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"TETHER_RELAY_{name.upper()}", value)

    assert refusal().startswith(f"TETHER_RELAY_{name.upper()}: {reason}")


def test_the_error_for_an_invalid_option_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TETHER_RELAY_LOG_LEVEL", "debug")

    assert refusal(log_level="loud").startswith("--log-level: input should be 'debug'")


def test_all_problems_are_in_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TETHER_RELAY_PROT", "1")
    monkeypatch.setenv("TETHER_RELAY_WORKER", "1")
    monkeypatch.setenv("TETHER_RELAY_JWT_LEEWAY", "x")

    problems = refusal(port=0).split("; ")

    assert [problem.split(":")[0] for problem in problems] == [
        "unknown setting TETHER_RELAY_PROT",
        "did you mean TETHER_RELAY_PORT?",
        "unknown setting TETHER_RELAY_WORKER",
        "did you mean TETHER_RELAY_WORKERS?",
        "--port",
        "TETHER_RELAY_JWT_LEEWAY",
    ]


@pytest.mark.parametrize("problem", ["TETHER_RELAY_PORT", "TETHER_RELAY_NONSENSE"])
def test_no_text_contains_the_secret(monkeypatch: pytest.MonkeyPatch, secret: str, problem: str) -> None:
    assert secret not in repr(read_settings()) + str(read_settings()) + read_settings().model_dump_json()
    monkeypatch.setenv(problem, "x")

    assert secret not in refusal()


def refusal(**options: Any) -> str:
    """The error for the current settings."""
    with pytest.raises(SettingsError) as refused:
        read_settings(**options)
    return str(refused.value)
