"""Small servers for small contracts: a right one for a table of answers, and what is needed to write one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from openapi.check import Options, Verdict, run_check
from openapi.contract import Contract, parse_contract
from openapi.http.messages import Request
from tests.openapi.check.family.honest import JSON, Reply, Server, serving

Answering = Callable[[Request], Reply]


def contract_of(paths: Mapping[str, Any], components: Mapping[str, Any] | None = None) -> Contract:
    """A contract of these paths, read as that of a third party."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Small", "version": "1"},
        "paths": paths,
        "components": components or {},
    }
    return parse_contract(json.dumps(document).encode(), "small.json", lenient=True)


def responses(schema: object | None = None, **others: object) -> dict[str, object]:
    """The responses of an operation: 200 with JSON of a schema, and `others`, named as ``_404``."""
    content = {"application/json": {"schema": {} if schema is None else schema}}
    declared = {"200": {"description": "ok", "content": content}}
    return {**declared, **{name.strip("_"): response for name, response in others.items()}}


def reply(document: object = None, status: int = 200, **headers: str) -> Reply:
    """An answer with JSON."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps({} if document is None else document).encode(), {"Content-Type": JSON, **fields})


class Small(Server):
    """A right server: answers ``GET /u/{id}`` by the first of the answers whose template and method match, other
    methods of a path with 405, and other paths with 404."""

    def __init__(self, answers: Mapping[str, Answering | Reply]) -> None:
        self._answers = [(name.partition(" ")[0], name.partition(" ")[2], answer) for name, answer in answers.items()]

    def reply(self, request: Request) -> Reply:
        method = "GET" if request.method == "HEAD" else request.method
        found = [
            (declared, answer)
            for declared, template, answer in self._answers
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), request.path)
        ]
        if not found:
            return reply({"error": "not found"}, 404)
        answer = next((answer for declared, answer in found if declared == method), None)
        methods = {declared for declared, _ in found}
        allow = ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))
        if answer is None:
            return Reply(204, headers={"Allow": allow}) if method == "OPTIONS" else reply({}, 405, Allow=allow)
        return answer if isinstance(answer, Reply) else answer(request)


def checked(contract: Contract, server: Server, **options: Any) -> Verdict:
    """The verdict on a server, without generated requests unless the options say so."""
    with serving(server) as url:
        return run_check(contract, url, Options(**{"generate": False, **options}))


def found(verdict: Verdict) -> list[tuple[str, str, str]]:
    """The rule, the certainty and the message of each finding."""
    return [(finding.rule.id, finding.certainty.value, finding.message) for finding in verdict.findings]


def changed(answer: Answering, change: Callable[[Reply], Reply]) -> Answering:
    """An answer that is changed before it is sent."""
    return lambda request: change(answer(request))


def with_status(status: int) -> Callable[[Reply], Reply]:
    """A change of the status."""
    return lambda answer: replace(answer, status=status)
