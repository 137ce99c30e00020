"""The router finds the endpoint of a path."""

import time
from collections.abc import Mapping

import pytest

from openapi.contract.router import RouteConflict, Router


def routed(*paths: str) -> Router[str]:
    router: Router[str] = Router()
    for path in paths:
        router.add("get", path, path)
    return router


@pytest.mark.parametrize(
    ("paths", "path", "template", "parameters"),
    [
        (["/"], "/", "/", {}),
        (["/a/b"], "/a/b", "/a/b", {}),
        (["/a/{id}"], "/a/1", "/a/{id}", {"id": "1"}),
        (["/a/{id}/b/{n}"], "/a/1/b/2", "/a/{id}/b/{n}", {"id": "1", "n": "2"}),
        (["/{id}", "/me"], "/me", "/me", {}),
        (["/{id}", "/me"], "/you", "/{id}", {"id": "you"}),
        (["/{id}/x", "/me/y"], "/me/x", "/{id}/x", {"id": "me"}),
        (["/{id}/{n}", "/{id}/all"], "/1/all", "/{id}/all", {"id": "1"}),
        (["/{id}", "/{id}.json"], "/a.json", "/{id}.json", {"id": "a"}),
        (["/{id}.json", "/{id}"], "/a.xml", "/{id}", {"id": "a.xml"}),
        (["/{a}-{b}"], "/x-y-z", "/{a}-{b}", {"a": "x-y", "b": "z"}),
        (["/{a}(1)"], "/x(1)", "/{a}(1)", {"a": "x"}),
        (["/a/{id}"], "/a/x%2Fy", "/a/{id}", {"id": "x/y"}),
        (["/a/{id}"], "/a/%C3%A9%20", "/a/{id}", {"id": "é "}),
        (["/a/{id}"], "/a/%ff", "/a/{id}", {"id": "\ufffd"}),
        (["/a/{id}"], "/a/x%0Ay", "/a/{id}", {"id": "x\ny"}),
        (["/a b"], "/a%20b", "/a b", {}),
        (["/a/{id}/"], "/a/1/", "/a/{id}/", {"id": "1"}),
        (["/{a}-{b}.{c}"], "/1-2-3.4.5", "/{a}-{b}.{c}", {"a": "1-2", "b": "3.4", "c": "5"}),
        (["/{a}{b}"], "/xyz", "/{a}{b}", {"a": "xy", "b": "z"}),
        (["/x{a}--{b}y"], "/x----y", "/x{a}--{b}y", {"a": "-", "b": "-"}),
        (["/a%20b/{id}"], "/a%20b/1", "/a%20b/{id}", {"id": "1"}),
        (["/a%20b"], "/%61%20b", "/a%20b", {}),
        (["/a%2Fb/{id}"], "/a%2fb/1", "/a%2Fb/{id}", {"id": "1"}),
        (["/{a}%20{b}"], "/1%202", "/{a}%20{b}", {"a": "1", "b": "2"}),
    ],
)
def test_a_path_matches_its_template(paths: list[str], path: str, template: str, parameters: dict[str, str]) -> None:
    found = routed(*paths).find(path.encode())

    assert found is not None
    assert (found[0].path, dict(found[1])) == (template, parameters)


@pytest.mark.parametrize(
    "path", ["", "*", "/", "/b", "/a/", "/a/1/", "/a//", "//a/1", "/a/1/2", "/A/1", "a/1", "/a%2F1", "/a/1/b"]
)
def test_an_unknown_path_matches_nothing(path: str) -> None:
    assert routed("/a", "/a/{id}", "/a/{id}/b/c").find(path.encode()) is None


def test_paths_with_a_common_parameter_can_name_it_differently() -> None:
    router: Router[int] = Router()
    router.add("get", "/a/{id}", 1)
    router.add("get", "/a/{a_id}/b", 2)
    found = [router.find(b"/a/x"), router.find(b"/a/x/b")]

    assert [match and match[1] for match in found] == [{"id": "x"}, {"a_id": "x"}]


def test_several_methods_share_a_path() -> None:
    router: Router[int] = Router()
    router.add("get", "/a/{id}", 1)
    router.add("put", "/a/{id}", 2)
    found = router.find(b"/a/x")

    assert found is not None
    assert found[0].endpoints == {"GET": 1, "PUT": 2}


def overlapping() -> Router[str]:
    router: Router[str] = Router()
    for method, path in (("post", "/u/me"), ("get", "/u/{id}"), ("put", "/{kind}/me"), ("get", "/{kind}/me")):
        router.add(method, path, f"{method} {path}")
    return router


@pytest.mark.parametrize(
    ("method", "template", "values"),
    [
        ("POST", "/u/me", {}),
        ("GET", "/u/{id}", {"id": "me"}),
        ("HEAD", "/u/{id}", {"id": "me"}),
        ("PUT", "/{kind}/me", {"kind": "u"}),
        ("DELETE", "/u/me", {}),
        ("", "/u/me", {}),
    ],
)
def test_a_method_belongs_to_the_most_concrete_template_that_has_it(
    method: str, template: str, values: dict[str, str]
) -> None:
    found = overlapping().find(b"/u/me", method)

    assert found is not None
    assert (found[0].path, dict(found[1])) == (template, values)


def test_a_path_has_the_methods_of_all_templates_that_match_it() -> None:
    assert overlapping().endpoints(b"/u/me") == {"POST": "post /u/me", "GET": "get /u/{id}", "PUT": "put /{kind}/me"}
    assert overlapping().endpoints(b"/u/you") == {"GET": "get /u/{id}"}
    assert overlapping().endpoints(b"/nowhere") == {}


SAME = "differ only in the names of their parameters; merge the two paths"


@pytest.mark.parametrize(
    ("paths", "text"),
    [
        (["/a", "/a"], "GET /a is declared twice"),
        (["/{id}", "/{id}"], "GET /{id} is declared twice"),
        (["/{id}", "/{name}"], f"/{{name}} and /{{id}} {SAME}"),
    ],
)
def test_paths_that_match_the_same_requests_are_a_conflict(paths: list[str], text: str) -> None:
    with pytest.raises(RouteConflict) as caught:
        routed(*paths)

    assert str(caught.value) == text


def test_a_lenient_router_accepts_other_parameter_names_for_other_methods() -> None:
    router: Router[str] = Router(lenient=True)
    router.add("get", "/{id}", "one")
    router.add("delete", "/{name}", "other")

    found = router.find(b"/7")

    assert found is not None
    assert found[0].endpoints == {"GET": "one", "DELETE": "other"}
    assert found[1] == {"id": "7", "name": "7"}


@pytest.mark.parametrize("path", ["/-", "/a-", "/-b", "/a", "/xab", "/xa-by/", "/abc", "/abcb"])
def test_a_parameter_of_a_segment_is_never_empty(path: str) -> None:
    assert routed("/{a}-{b}", "/x{a}-{b}y", "/abc{a}b{b}abc").find(path.encode()) is None


def test_a_long_segment_for_several_parameters_is_matched_in_time() -> None:
    start = time.perf_counter()
    found = routed("/a/{x}-{y}.{z}").find(b"/a/" + b"-" * 100_000)

    assert time.perf_counter() - start < 2
    assert found is None


def test_paths_that_are_the_same_once_decoded_are_a_conflict() -> None:
    with pytest.raises(RouteConflict, match="/a%20b and /a b differ"):
        routed("/a b", "/a%20b")


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("GET", {"x": "1", "y": "2"}),
        ("HEAD", {"x": "1", "y": "2"}),
        ("POST", {"y": "1", "x": "2"}),
    ],
)
def test_values_go_by_the_names_of_the_template_of_the_method(method: str, values: dict[str, str]) -> None:
    router: Router[str] = Router(lenient=True)
    router.add("get", "/a/{x}-{y}", "one")
    router.add("post", "/a/{y}-{x}", "other")
    found = router.find(b"/a/1-2", method)

    assert found is not None
    assert found[1] == values


def test_a_template_in_conflict_leaves_no_names_behind() -> None:
    router: Router[str] = Router(lenient=True)
    router.add("get", "/{id}", "one")
    with pytest.raises(RouteConflict):
        router.add("get", "/{name}", "other")
    found = router.find(b"/7")

    assert found is not None
    assert found[1] == {"id": "7"}


def told_apart() -> Router[str]:
    """Two templates for GET on the same paths: digits belong to the first, words to the second."""

    def accepts(endpoint: str, path: str, values: Mapping[str, str]) -> bool:
        return values["id"].isdigit() if endpoint == "number" else values["name"].isalpha()

    router: Router[str] = Router(lenient=True, accepts=accepts)
    router.add("get", "/a/{id}", "number")
    router.add("get", "/a/{name}", "word")
    router.add("delete", "/a/{key}", "delete")
    return router


@pytest.mark.parametrize(
    ("path", "method", "endpoint", "values"),
    [
        (b"/a/7", "GET", "number", {"id": "7"}),
        (b"/a/seven", "GET", "word", {"name": "seven"}),
        (b"/a/seven", "HEAD", "word", {"name": "seven"}),
        (b"/a/-", "GET", "number", {"id": "-"}),
    ],
)
def test_of_templates_with_other_names_the_first_that_accepts_the_values_is_found(
    path: bytes, method: str, endpoint: str, values: dict[str, str]
) -> None:
    found = told_apart().find(path, method)

    assert found is not None
    assert (found[0].endpoints, found[1]) == ({"GET": endpoint, "DELETE": "delete"}, values)


def test_a_rival_leaves_the_other_methods_of_the_path_alone() -> None:
    found = told_apart().find(b"/a/seven", "DELETE")

    assert found is not None
    assert (found[0].endpoints["DELETE"], found[1]) == ("delete", {"key": "seven"})


def test_the_same_template_is_declared_twice_also_if_values_tell_endpoints_apart() -> None:
    with pytest.raises(RouteConflict, match=r"GET /a/\{name\} is declared twice"):
        told_apart().add("get", "/a/{name}", "again")
