"""The coroutine of an operation, to be filled in."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.scaffolding.names import IMPORTED
from openapi.scaffolding.signatures import Argument, Service, Signature
from openapi.scaffolding.text import docstring, line, sentence, string

# The error of a coroutine without a body: its module and its name.
ERROR = Service("error", "handlers.errors", "OperationNotImplemented")


def coroutine_lines(signature: Signature, *, quoted: bool = False) -> list[str]:
    """The lines of the coroutine. `quoted` annotations are texts, for modules that evaluate them."""
    operation = signature.operation
    answer = _annotation(f"operations.{signature.answer}", quoted)
    arguments = [f"    {each.name}: {_argument(each, quoted)}," for each in signature.arguments]
    opening = f"async def {signature.function}("
    # A comma after the last argument keeps each on its own line.
    head = [opening, *arguments, f") -> {answer}:"] if arguments else [f"{opening}) -> {answer}:"]
    summary = sentence(operation.summary) or f"{operation.label}."
    text = (
        [summary] if line(operation.description) in ("", line(operation.summary)) else [summary, operation.description]
    )
    return [
        *head,
        *docstring(text, "    "),
        f"    from {ERROR.module} import {ERROR.type_name}",
        "",
        f"    raise {ERROR.type_name}({string(operation.operation_id)})",
    ]


def test_lines(signature: Signature) -> Iterator[str]:
    """The lines of a module with a test for each declared status, each skipped until it is written."""
    operation = signature.operation
    yield from docstring([f"The answers of {signature.function}, {operation.label}"], "")
    yield ""
    yield "import pytest"
    for key, response in operation.responses.items():
        yield ""
        yield ""
        yield f"@pytest.mark.skip(reason={string(f'write the body of {signature.function}, then this test')})"
        yield f"def test_{signature.function}_answers_{key.lower()}() -> None:"
        yield from docstring([response.description or f"The status {key}"], "    ")
        yield '    pytest.fail("not written")'


def _argument(argument: Argument, quoted: bool) -> str:
    kind = " | ".join(_named(part) for part in argument.kind.split(" | "))
    if not argument.optional:
        return _annotation(kind, quoted)
    optional = kind if "None" in kind.split(" | ") else f"{kind} | None"
    return f"{_annotation(optional, quoted)} = None"


def _named(kind: str) -> str:
    """A type by its name in a module of coroutines, which imports `operations` alone."""
    is_imported = kind.startswith("schemas.") or (kind[0].isupper() and kind not in (*IMPORTED, "None"))
    return f"operations.{kind}" if is_imported else kind


def _annotation(kind: str, quoted: bool) -> str:
    return string(kind) if quoted else kind
