"""The unknown path is next to a path of the contract, or higher up if the contract has every path there."""

from __future__ import annotations

import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import parse_contract
from tests.loopback import Handler, listening


def contract(*paths: str) -> str:
    operation = "{get: {parameters: [PARAMETERS], responses: {'200': {description: d}}}}"
    named = {path: [part[1:-1] for part in path.split("/") if part.startswith("{")] for path in paths}
    parameter = "{name: NAME, in: path, required: true, schema: {type: string}}"
    lines = [
        f"  {path}: " + operation.replace("PARAMETERS", ", ".join(parameter.replace("NAME", name) for name in names))
        for path, names in named.items()
    ]
    return "\n".join(["openapi: 3.0.3", "info: {title: T, version: '1'}", "paths:", *lines])


def checked(*paths: str) -> tuple[Verdict, list[str]]:
    """The verdict on a server with only these paths, and the unknown paths of the requests to it."""
    unknown: list[str] = []

    class Nothing(Handler):
        def do_GET(self) -> None:
            if "tether-relay-check" in self.path.partition("?")[0]:
                unknown.append(self.path)
                self.reply(404)
            else:
                self.reply(200)

        do_HEAD = do_GET

    with listening(Nothing) as url:
        document = parse_contract(contract(*paths).encode(), "t.yaml", lenient=True)
        return run_check(document, url, Options(generate=False)), unknown


@pytest.mark.parametrize(
    ("paths", "stem"),
    [
        (["/"], "/"),
        (["/things"], "/"),
        (["/a/things"], "/a/"),
        (["/things/{id}"], "/"),
        (["/a/{one}/b"], "/a/"),
        (["/a/{one}/b", "/a/{one}"], "/"),
    ],
)
def test_unknown_path_is_not_a_path_of_the_contract(paths: list[str], stem: str) -> None:
    verdict, unknown = checked(*paths)
    judged = {case.rule.id: case.outcome.value for case in verdict.cases if not case.operation}

    assert judged["path-unknown"] == "passed"
    assert unknown[0].startswith(f"{stem}tether-relay-check-")


def test_path_unknown_is_not_judged_if_every_path_belongs_to_an_operation() -> None:
    verdict, unknown = checked("/{anything}")
    judged = {case.rule.id: case.outcome.value for case in verdict.cases if not case.operation}

    assert judged["path-unknown"] == "not seen"
    assert unknown == []
