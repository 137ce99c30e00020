"""The check connects through proxies and TLS, for its own requests and for generated ones."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import load_contract
from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.openapi.check.between import Authority, proxy, secure
from tests.openapi.check.family.honest import Server, good_token, serving

CONTRACT = load_contract(FROZEN)
CREDENTIALS = "Basic " + base64.b64encode(b"ada:love lace").decode()


def checked(url: str, *, generate: bool = True, **options: object) -> Verdict:
    given = {"token": good_token, "generate": generate, **options}
    return run_check(CONTRACT, url, Options(**given))  # type: ignore[arg-type]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "authority")


@pytest.mark.long
def test_requests_through_a_proxy_have_the_absolute_form() -> None:
    sent: list[Request] = []
    with serving(Server(), sent.append) as url, proxy() as (address, heads):
        verdict = checked(url, proxy=address)

    assert (verdict.findings, verdict.exit_code) == ((), 0)
    assert len(heads) > 20
    assert [request.target for request in sent if not request.target.startswith(f"{url}/")] == []


@pytest.mark.long
def test_requests_to_a_proxy_have_its_credentials() -> None:
    with serving(Server()) as url, proxy() as (address, heads):
        verdict = checked(url, proxy=address.replace("//", "//ada:love%20lace@"))

    assert verdict.exit_code == 0
    assert [head for head in heads if f"\r\nproxy-authorization: {CREDENTIALS}".lower() not in head.lower()] == []


@pytest.mark.long
@pytest.mark.parametrize("user", ["", "ada:love%20lace@"])
def test_https_server_is_reached_through_a_tunnel(authority: Authority, user: str) -> None:
    with secure(authority) as url, proxy() as (address, heads):
        verdict = checked(url, proxy=address.replace("//", f"//{user}"), ca_bundle=authority.certificate)
    connects = [head.lower() for head in heads]

    assert (verdict.findings, verdict.exit_code) == ((), 0)
    assert {head.split(" ")[0] for head in connects} == {"connect"}
    assert {f"proxy-authorization: {CREDENTIALS.lower()}" in head for head in connects} == {bool(user)}


def test_unreachable_proxy_is_an_obstacle() -> None:
    verdict = checked("http://api.example", proxy="http://127.0.0.1:9")

    assert (verdict.exit_code, verdict.obstacles[0][:34]) == (2, "127.0.0.1:9 cannot be reached: [Er")


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:1", "127.0.0.1:1"])
def test_invalid_proxy_url_is_an_error(address: str) -> None:
    with pytest.raises(ValueError, match="the proxy is not an http:// URL"):
        checked("http://127.0.0.1:9", proxy=address)


@pytest.mark.long
def test_server_with_a_trusted_certificate_passes(authority: Authority) -> None:
    with secure(authority) as url:
        verdict = checked(url, ca_bundle=authority.certificate)

    assert (verdict.findings, verdict.exit_code) == ((), 0)


@pytest.mark.parametrize("other", [True, False], ids=["another authority", "none"])
def test_untrusted_certificate_is_an_obstacle(authority: Authority, tmp_path: Path, other: bool) -> None:
    bundle = Authority(tmp_path, "other").certificate if other else None
    with secure(authority) as url:
        verdict = checked(url, ca_bundle=bundle)

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert "certificate verify failed" in verdict.obstacles[0]
    assert "\n" not in verdict.obstacles[0]


@pytest.mark.long
def test_any_certificate_is_accepted_with_insecure(authority: Authority) -> None:
    with secure(authority) as url:
        verdict = checked(url, insecure=True)

    assert (verdict.findings, verdict.exit_code) == ((), 0)


@pytest.mark.long
def test_client_certificate_is_accepted(authority: Authority, tmp_path: Path) -> None:
    clients = Authority(tmp_path, "clients")
    with secure(authority, clients) as url:
        verdict = checked(url, ca_bundle=authority.certificate, client_cert=clients.issue("client"))

    assert (verdict.findings, verdict.exit_code) == ((), 0)


def test_missing_client_certificate_is_an_obstacle(authority: Authority, tmp_path: Path) -> None:
    with secure(authority, Authority(tmp_path, "clients")) as url:
        verdict = checked(url, ca_bundle=authority.certificate)

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert "certificate required" in verdict.obstacles[0]


def test_invalid_certificate_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("none")
    with pytest.raises(ValueError, match="the certificates cannot be used"):
        checked("https://127.0.0.1:9", client_cert=(tmp_path / "none.pem", None))
