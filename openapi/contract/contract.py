"""A contract: an OpenAPI 3.0 document, loaded once, validated, with its operations."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from openapi.contract.bundling import Bundle, bundle
from openapi.contract.errors import ContractError
from openapi.contract.operation_ids import METHODS, identify_operations
from openapi.contract.pointer import join_pointer, pointer_to, resolve_pointer, steps_of
from openapi.contract.reading import line_of, read_document
from openapi.contract.references import references
from openapi.contract.validation import first_error, first_structural_error

# Headers that say the same elsewhere in a contract: as parameters they are ignored (section "Parameter Object").
_NOT_PARAMETERS: Final = ("accept", "content-type", "authorization")
PUBLISHED: Final = Path(__file__).parents[1] / "openapi.yaml"
STRICT: Final = Path(__file__).parents[1] / "strict.yaml"


@dataclass(frozen=True)
class Operation:
    """One method on one path.

    `definition` is the Operation Object as written; `parameters` are its own and those of its path, references
    followed; `security` is what is in force, the document's own where the operation has none.
    """

    operation_id: str
    method: str
    path: str
    definition: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    security: tuple[Mapping[str, Any], ...]

    @property
    def pointer(self) -> str:
        """Where the operation stands in its document."""
        return pointer_to("paths", self.path, self.method)

    @property
    def public(self) -> bool:
        """Whether it may be called without credentials (section "Security Requirement Object")."""
        return not self.security or any(not requirement for requirement in self.security)


@dataclass(frozen=True)
class Contract:
    """A validated document; `content` are its bytes as published, `source` is what errors call it.

    `files` are those that it was read from, its own first. Of a `lenient` contract no more was asked than that its
    parts are what OpenAPI says, as `load_contract` explains.
    """

    source: str
    content: bytes
    document: Mapping[str, Any] = field(repr=False)
    files: tuple[Path, ...] = ()
    lenient: bool = False

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return tuple(self._operations())

    @cached_property
    def shared(self) -> dict[Hashable, Any]:
        """What others make from the contract once, and want to find again with it."""
        return {}

    @property
    def security_schemes(self) -> Mapping[str, Any]:
        """The Security Scheme Objects by name, references followed."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        return {name: self.resolve(scheme) for name, scheme in schemes.items()}

    def operation(self, operation_id: str) -> Operation:
        """The operation of that operationId; LookupError when there is none."""
        return self._by_id[operation_id]

    @cached_property
    def _by_id(self) -> dict[str, Operation]:
        return {operation.operation_id: operation for operation in self.operations}

    def resolve(self, value: Any) -> Any:
        """`value`, or what it refers to when it is a Reference Object (section "Reference Object")."""
        seen = set()
        while isinstance(value, Mapping) and isinstance(reference := value.get("$ref"), str):
            if reference in seen:
                raise ContractError(self.source, reference.removeprefix("#"), "a $ref refers to itself")
            seen.add(reference)
            value = resolve_pointer(self.document, reference.removeprefix("#"))
        return value

    def with_overlay(self, path: Path) -> Contract:
        """This contract with the overlay in `path` applied; ContractError when either breaks by it."""
        # What most commands never need is imported by those that do.
        from openapi.contract.overlay import apply_overlay

        overlay = read_document(_read(path), str(path))
        document = apply_overlay(self.document, overlay, str(path))
        source, files = f"{self.source} with {path.name}", (*self.files, path)
        return _validated(Contract(source, self.content, document, files, self.lenient))

    def _operations(self) -> Iterator[Operation]:
        shared_security = tuple(self.document.get("security", ()))
        for path, item in self.document["paths"].items():
            if path.startswith("x-"):
                continue
            item = self.resolve(item)
            for method in METHODS:
                if method in item:
                    definition = item[method]
                    yield Operation(
                        operation_id=definition.get("operationId", ""),
                        method=method,
                        path=path,
                        definition=definition,
                        parameters=self._parameters(item, definition),
                        security=tuple(definition.get("security", shared_security)),
                    )

    def _parameters(self, item: Mapping[str, Any], definition: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
        """Those of the operation override those of its path of the same name and place."""
        merged = {
            (parameter["in"], parameter["name"]): parameter
            for reference in (*item.get("parameters", ()), *definition.get("parameters", ()))
            for parameter in (self.resolve(reference),)
            if parameter["in"] != "header" or parameter["name"].lower() not in _NOT_PARAMETERS
        }
        return tuple(merged.values())


def load_contract(path: Path = PUBLISHED, *, lenient: bool = False) -> Contract:
    """The contract in a YAML or JSON file, with what it refers to in other files.

    ContractError names file, JSON pointer and reason. A `lenient` contract is one that somebody else answers for: an
    operation without operationId is given one, made of its method and path, and rules that no schema can express, such
    as that each path parameter is declared, are not enforced.
    """
    content = _read(path)
    try:
        bundled = bundle(content, path)
    except ContractError as error:
        raise _with_line(error) from None
    contract = Contract(str(path), content, bundled.document, bundled.files, lenient)
    try:
        return _validated(contract)
    except ContractError as error:
        raise _with_line(_located(error, bundled)) from None


def parse_contract(content: bytes, source: str, *, lenient: bool = False) -> Contract:
    """The contract in `content`, which refers to no files, validated; `source` is what errors call it."""
    return _validated(Contract(source, content, read_document(content, source), lenient=lenient))


def _located(error: ContractError, bundled: Bundle) -> ContractError:
    """The error, at the place in the file where its cause was written."""
    origin = bundled.origin(error.pointer)
    return ContractError(str(origin.file), origin.pointer, error.reason)


def _with_line(error: ContractError) -> ContractError:
    """The error, with the line on which its place in the file begins."""
    if not error.pointer:
        return error
    line = line_of(_read(Path(error.source)), error.pointer)
    return error if line is None else ContractError(error.source, error.pointer, f"line {line}: {error.reason}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContractError(str(path), "", f"cannot be read: {error.strerror}") from None


def _validated(contract: Contract) -> Contract:
    _check_version(contract)
    _check_references(contract)
    document = contract.document
    error = first_structural_error(document, contract.resolve) if contract.lenient else first_error(document)
    if error is not None:
        raise ContractError(contract.source, *error)
    if contract.lenient:
        contract = replace(contract, document=identify_operations(contract.document, contract.resolve))
    _check_operation_ids(contract)
    _check_security(contract)
    return contract


def _check_version(contract: Contract) -> None:
    version, swagger = contract.document.get("openapi"), contract.document.get("swagger")
    if isinstance(version, str) and version.startswith("3.0."):
        return
    found, mend = "has no version", ""
    if str(version) in ("3", "3.0"):
        found, mend = f"is OpenAPI {version}", "; write openapi: 3.0.3"
    elif version is not None:
        found, mend = f"is OpenAPI {version}", "; convert it, or have the tool that makes it write 3.0"
    elif swagger is not None:
        found, mend = f"is Swagger {swagger}", "; convert it, or have the tool that makes it write 3.0"
    raise ContractError(contract.source, "/openapi", f"the document {found}; only OpenAPI 3.0 is served{mend}")


def _check_references(contract: Contract) -> None:
    checked: set[str] = set()
    for found in references(contract.document):
        reference = found.target
        if found.key != "$ref" or reference in checked or (found.extension and contract.lenient):
            continue
        pointer = join_pointer((*found.path, "$ref"))
        if not reference.startswith("#"):
            raise ContractError(
                contract.source, pointer, f"{reference!r} leads out of the document; bundle it into one file first"
            )
        try:
            target = contract.resolve({"$ref": reference})
        except LookupError:
            raise ContractError(contract.source, pointer, f"{reference!r} refers to nothing") from None
        if not isinstance(target, Mapping):
            raise ContractError(contract.source, pointer, f"{reference!r} does not refer to an object")
        if reference[1:] and not steps_of(reference[1:]):
            raise ContractError(contract.source, pointer, f"{reference!r} is not a JSON pointer")
        checked.add(reference)


def _check_operation_ids(contract: Contract) -> None:
    seen: dict[str, Operation] = {}
    for operation in contract.operations:
        pointer = operation.pointer + "/operationId"
        if not operation.operation_id:
            raise ContractError(contract.source, operation.pointer, "the operation has no operationId")
        if (other := seen.get(operation.operation_id)) is not None:
            reason = f"the operationId {operation.operation_id!r} is that of {other.pointer} too"
            raise ContractError(contract.source, pointer, reason)
        seen[operation.operation_id] = operation


def _check_security(contract: Contract) -> None:
    """A requirement that names no declared scheme could never be met (section "Security Requirement Object")."""
    schemes = contract.security_schemes
    for operation in contract.operations:
        for name in (name for requirement in operation.security for name in requirement):
            if name not in schemes:
                reason = f"the security scheme {name!r} is not declared under components/securitySchemes"
                raise ContractError(contract.source, operation.pointer + "/security", reason)
