"""Handlers are found by operationId; one error lists all problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handlers.errors import failure_of
from openapi.engine.binding import HandlerPackage, handler_name
from openapi.engine.errors import BindingError
from openapi.server import create_server

if TYPE_CHECKING:
    from types import ModuleType

    from tests.openapi.conftest import ContractOf, PackageOf, Serve

OK = "responses: {'200': {description: d}}"


def operation(operation_id: str, more: str = "") -> str:
    return f"paths: {{'/a/{{item}}': {{get: {{operationId: {operation_id}, {more} {OK},\n" + (
        "  parameters: [{in: path, name: item, required: true, schema: {type: string}}]}}}"
    )


class Bind:
    """Tries to serve a contract, and returns the problems."""

    def __init__(self, contract_of: ContractOf) -> None:
        self._contract_of = contract_of

    def __call__(self, text: str, handlers: ModuleType, **options: Any) -> list[str]:
        with pytest.raises(BindingError) as caught:
            create_server([self._contract_of(text)], handlers, errors=failure_of, **options)
        return [problem.replace(handlers.__name__, "package") for problem in caught.value.problems]


@pytest.fixture
def bind(contract_of: ContractOf) -> Bind:
    return Bind(contract_of)


@pytest.mark.parametrize(
    ("operation_id", "name"),
    [
        ("get_calls", "get_calls"),
        ("calls.get-all", "calls_get_all"),
        ("calls/{id}", "calls__id_"),
        ("é", "é"),
        ("import", "import_"),
        ("2fa", "op_2fa"),
        ("_calls", "op__calls"),
    ],
)
def test_an_operation_id_names_its_handler(operation_id: str, name: str) -> None:
    assert handler_name(operation_id) == name


def test_handlers_are_the_public_functions_of_the_modules(package_of: PackageOf) -> None:
    source = """
        from json import dumps
        async def one(): ...
        async def _hidden(): ...
        class Two: ...
        three = 3
    """

    assert sorted(HandlerPackage(package_of(a=source, b="async def four(): ...", c="")).names) == ["four", "one"]


def test_a_function_that_is_not_a_coroutine_is_not_a_handler(package_of: PackageOf) -> None:
    handlers = HandlerPackage(package_of(a="def one(): ...\nasync def two(): ...", b="def two(): ..."))

    assert handlers.names == {"two"}


def test_an_operation_without_a_handler_is_an_error(bind: Bind, package_of: PackageOf) -> None:
    problems = bind(operation("a.b"), package_of(m=""))

    assert problems == ["no handler for a.b (GET /a/{item}): write `async def a_b(...)` in a module of package/"]


def test_an_operation_with_two_handlers_is_an_error(bind: Bind, package_of: PackageOf) -> None:
    source = "async def a(): ..."
    problems = bind(operation("a"), package_of(m=source, n=source))

    assert problems == ["2 handlers for a (GET /a/{item}), in package.m and package.n: keep one"]


def test_functions_without_an_operation_are_ignored(serve: Serve) -> None:
    assert serve(operation("a"), "async def a(): ...\nasync def b(): ...").get("/a/1").status_code == 200


def test_a_handler_that_is_not_a_coroutine_is_an_error(bind: Bind, package_of: PackageOf) -> None:
    problems = bind(operation("a"), package_of(m="def a(): ..."))

    assert problems == ["the handler for a (GET /a/{item}) in package.m must be an `async def`"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def (", "SyntaxError: invalid syntax (m.py, line 1)"),
    ],
)
def test_a_module_that_cannot_be_imported_is_an_error(
    bind: Bind, package_of: PackageOf, source: str, reason: str
) -> None:
    assert bind(operation("a"), package_of(m=source)) == [f"package.m cannot be imported: {reason}"]


@pytest.mark.parametrize(
    ("signature", "problem"),
    [
        ("item, other", "takes 'other', but the server passes item, store"),
        ("*, caller", "takes 'caller', but the server passes item, store"),
        ("body", "takes 'body', but the server passes item, store"),
        ("item, /", "takes 'item' by position only; the server passes arguments by name"),
    ],
)
def test_a_handler_with_an_unknown_argument_is_an_error(
    bind: Bind, package_of: PackageOf, signature: str, problem: str
) -> None:
    handlers = package_of(m=f"async def a({signature}): ...")

    assert bind(operation("a"), handlers, services={"store": None}) == [f"a (GET /a/{{item}}): package.m.a {problem}"]


@pytest.mark.parametrize(
    ("signature", "given"),
    [
        ("", {}),
        ("item", {"item": "1"}),
        ("store", {"store": "S"}),
        ("*, store, item", {"store": "S", "item": "1"}),
        ("item, other=5", {"item": "1", "other": 5}),
        ("item, *args", {"item": "1", "args": []}),
        ("**all", {"all": {"item": "1", "store": "S"}}),
    ],
)
def test_a_handler_gets_the_arguments_that_it_takes(serve: Serve, signature: str, given: dict[str, Any]) -> None:
    text = operation("a").replace("description: d", "description: d, content: {application/json: {}}")
    client = serve(text, f"async def a({signature}): return dict(locals())", services={"store": "S"})

    assert client.get("/a/1").json() == given


SECURED = """
security: [{key: []}]
paths:
  /a: {get: {operationId: a, OK}}
  /z: {get: {operationId: z, security: [], OK}}
  /b:
    get: {operationId: b, security: [], OK}
    post: {operationId: c, security: [{other: []}, {key: [], other: []}], OK}
components: {securitySchemes: {key: {type: http, scheme: basic}, other: {type: apiKey, in: query, name: k}}}
"""


def test_every_problem_is_listed(bind: Bind, package_of: PackageOf) -> None:
    source = "async def a(): ...\nasync def b(x): ...\nasync def c(): ..."
    problems = bind(SECURED.replace("OK", OK), package_of(m=source))

    assert problems == [
        "a (GET /a): needs the security scheme key, which this server cannot check",
        "no handler for z (GET /z): write `async def z(...)` in a module of package/",
        "b (GET /b): package.m.b takes 'x', but the server passes no arguments",
        "c (POST /b): needs the security scheme other or key and other, which this server cannot check",
    ]


def test_several_problems_are_one_text_with_a_line_each() -> None:
    texts = [str(BindingError(problems)) for problems in (["one"], ["one", "two"])]

    assert texts == ["one", "2 problems\n  one\n  two"]


def parameters(*names: str) -> str:
    return ", ".join(f"{{in: {place}, name: {name}, schema: {{}}}}" for place, name in (n.split() for n in names))


RESERVED = "has the name of a value that the server passes to handlers; rename the parameter"


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["query x", "header x"], "two arguments have the name 'x'; rename a parameter"),
        (["query x-y", "query x_y"], "two arguments have the name 'x_y'; rename a parameter"),
        (["query store"], f"the argument 'store' {RESERVED}"),
        (["query caller"], f"the argument 'caller' {RESERVED}"),
        (["query body"], "two arguments have the name 'body'; rename a parameter"),
    ],
)
def test_arguments_with_the_same_name_are_an_error(
    bind: Bind, package_of: PackageOf, names: list[str], problem: str
) -> None:
    text = "paths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {}}}, %s, parameters: [%s]}}}"
    problems = bind(text % (OK, parameters(*names)), package_of(m="async def a(): ..."), services={"store": None})

    assert problems == [f"a (POST /a): {problem}"]


def test_a_response_without_json_is_an_error(bind: Bind, package_of: PackageOf) -> None:
    text = operation("a").replace("description: d", "description: d, content: {text/html: {}}")
    problems = bind(text, package_of(m="async def a(): ..."))

    assert problems == ["a (GET /a/{item}): declares text/html for 200; this server answers JSON only"]


@pytest.mark.parametrize("path", ["/livez", "/docs"])
def test_a_contract_with_a_path_of_the_server_is_an_error(bind: Bind, package_of: PackageOf, path: str) -> None:
    text = f"paths: {{{path}: {{get: {{operationId: a, {OK}}}}}}}"
    problems = bind(text, package_of(m="async def a(): ..."))

    reason = "the server has its own endpoint there; switch it off, or rename the path in the contract"
    assert problems == [f"GET {path} is declared twice: {reason}"]


def test_paths_that_match_the_same_requests_are_an_error(bind: Bind, package_of: PackageOf) -> None:
    text = operation("a") + "\n"
    other = (
        operation("b")
        .removeprefix("paths: {")
        .removesuffix("}")
        .replace("{item}", "{n}")
        .replace("name: item", "name: n")
    )
    problems = bind(
        text.replace("paths: {", "paths: {" + other + ", "), package_of(m="async def a(): ...\nasync def b(): ...")
    )

    assert problems == ["/a/{item} and /a/{n} differ only in the names of their parameters; merge the two paths"]


def test_an_optional_parameter_needs_a_default_in_the_handler(bind: Bind, package_of: PackageOf) -> None:
    text = operation("a").replace("}]", "}, {name: limit, in: query, schema: {type: integer}}]", 1)
    problems = bind(text + "\n", package_of(m="async def a(limit): ..."))

    assert [problem.partition("takes ")[2] for problem in problems] == [
        "'limit' without a default, but a request can omit it"
    ]


ANY = "responses: {'200': {description: d, content: {application/json: {schema: {}}}}}"


def writing(method: str) -> str:
    return f"paths: {{/a: {{{method}: {{operationId: a, {ANY}}}}}}}"


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("argument", ["writer", "*, writer=None"])
def test_a_handler_of_a_safe_method_cannot_take_a_writer(
    bind: Bind, package_of: PackageOf, method: str, argument: str
) -> None:
    problems = bind(writing(method), package_of(m=f"async def a({argument}): ..."), writers={"writer": object()})

    assert problems == [
        f"a ({method.upper()} /a): package.m.a takes 'writer', which changes data, but {method.upper()} is a safe "
        "method; leave it out, or declare POST, PUT, PATCH or DELETE"
    ]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_handler_of_another_method_gets_the_writer(serve: Serve, method: str) -> None:
    client = serve(writing(method), "async def a(writer): return writer", writers={"writer": "a writer"})

    assert client.request(method, "/a").json() == "a writer"


def test_a_handler_of_a_safe_method_with_any_arguments_gets_no_writer(serve: Serve) -> None:
    client = serve(
        writing("get"), "async def a(**given): return sorted(given)", services={"store": 1}, writers={"writer": 2}
    )

    assert client.get("/a").json() == ["store"]


def test_a_parameter_cannot_have_the_name_of_the_writer(bind: Bind, package_of: PackageOf) -> None:
    text = writing("post").replace(ANY, "parameters: [{in: query, name: writer, schema: {type: string}}], " + ANY)
    problems = bind(text, package_of(m="async def a(writer): ..."), writers={"writer": object()})

    assert "the argument 'writer' has the name of a value that the server passes to handlers" in problems[0]
