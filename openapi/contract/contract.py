"""A contract: an OpenAPI document of any version that is loaded once and validated, with its operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from openapi.contract.checks import (
    check_composition,
    check_operation_ids,
    check_references,
    check_security,
    check_version,
)
from openapi.contract.conversion import converted, is_of_swagger, mistake_as_written
from openapi.contract.declared_examples import DeclaredExample, declared_examples
from openapi.contract.links import Link
from openapi.contract.operation_ids import identify_operations, methods_of
from openapi.contract.operations import Operation, sent_operations
from openapi.contract.required_security import RequiredCredentials, required_security
from openapi.contract.security import SecurityScheme, scheme_of
from openapi.contract.servers import DeclaredServer, declared_servers, path_of_server, server_paths, server_urls
from openapi.documents.bundling import Bundle, bundle
from openapi.documents.document import Document
from openapi.documents.errors import ContractError
from openapi.documents.identifiers import resolve_identifiers
from openapi.documents.lines import LineIndex
from openapi.documents.mending.document import located_mistakes, mend, with_version
from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import pointer_to
from openapi.documents.reading import read_document
from openapi.documents.structure import first_error, first_structural_error
from openapi.schemas.schema import Schema

PUBLISHED: Final = Path(__file__).parents[1] / "openapi.yaml"
STRICT: Final = Path(__file__).parents[1] / "strict.yaml"


@dataclass(frozen=True)
class Contract(Document):
    """A validated document and its operations. `load_contract` says what is checked in a `lenient` one."""

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return tuple(self._operations())

    @cached_property
    def security_schemes(self) -> Mapping[str, SecurityScheme]:
        """The declared security schemes by name."""
        schemes: Mapping[str, Any] = self._components.get("securitySchemes", {})
        return {name: scheme_of(name, self.resolve(scheme)) for name, scheme in schemes.items()}

    @property
    def api_keys(self) -> tuple[SecurityScheme, ...]:
        """The security schemes that are API keys."""
        return tuple(scheme for scheme in self.security_schemes.values() if scheme.is_api_key)

    @cached_property
    def schemas(self) -> Mapping[str, Schema]:
        """The schemas among the components, by name."""
        schemas: Mapping[str, Any] = self._components.get("schemas", {})
        return {
            name: Schema(self, schema, pointer_to("components", "schemas", name)) for name, schema in schemas.items()
        }

    @property
    def title(self) -> str:
        """The `title` of its info."""
        return str(self.root.get("info", {}).get("title", ""))

    @property
    def base_path(self) -> str:
        """The path of the first server, a prefix of the paths of the operations (section "Server Object"); "" without
        one."""
        return path_of_server(self.servers[0]) if self.servers else ""

    @property
    def base_paths(self) -> tuple[str, ...]:
        """The paths of all its servers, with every value that their variables allow."""
        return server_paths(self.root)

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The URLs of its servers, with the defaults of their variables."""
        return server_urls(self.root)

    @property
    def webhooks(self) -> tuple[str, ...]:
        """The names of its webhooks: requests that the API sends, which no server of it answers."""
        return tuple(self.root.get("webhooks", {}))

    @cached_property
    def sent_webhooks(self) -> Mapping[str, tuple[Operation, ...]]:
        """The requests that the API sends, by the name of the webhook."""
        written: Mapping[str, Any] = self.root.get("webhooks", {})
        return {
            name: sent_operations(self, name, item, pointer_to("webhooks", name))
            for name, item in written.items()
            if not name.startswith("x-")
        }

    def required_security(self, operation: Operation) -> tuple[RequiredCredentials, ...]:
        """The alternatives of what an operation requires, with scopes; () if it requires nothing."""
        written = operation.definition.get("security", self.root.get("security", ()))
        return required_security(self, written)

    def declared_servers(self, operation: Operation | None = None) -> tuple[DeclaredServer, ...]:
        """The servers of an operation, else those of its path, else those of the document (section "Server Object")."""
        if operation is not None:
            places = (operation.definition, operation.pointer), (operation.path_item, operation.path_pointer)
            for holder, pointer in places:
                if found := declared_servers(holder, pointer):
                    return found
        return declared_servers(self.root, "")

    def declared_examples(self) -> Iterator[DeclaredExample]:
        """Every example of a schema, media type, parameter or header, in the order of the document."""
        return declared_examples(self)

    def operation(self, operation_id: str) -> Operation:
        """The operation with an operationId. Raises LookupError if there is none."""
        return self._by_id[operation_id]

    def linked(self, link: Link) -> Operation | None:
        """The operation that a link leads to; None if the contract does not have it."""
        if link.operation_id:
            return self._by_id.get(link.operation_id)
        return next((o for o in self.operations if (o.path, o.method) == (link.path, link.method)), None)

    def with_overlay(self, path: Path) -> Contract:
        """This contract with the overlay in `path`. Raises ContractError if the overlay or the result is invalid."""
        # Imported here because most commands never apply an overlay.
        from openapi.documents.overlay import apply_overlay

        overlay = read_document(_read(path), str(path))
        root = apply_overlay(self.written, overlay, str(path))
        source, files = f"{self.source} with {path.name}", (*self.files, path)
        origins = resolve_identifiers(root)
        # A conversion tells its warnings again.
        warnings = self.warnings if self.converted_from is None else ()
        contract = Contract(source, self.content, root, files, self.lenient, origins, warnings=warnings)
        return _mended(contract, {}) if self.lenient else _validated(contract)

    @property
    def _components(self) -> Mapping[str, Any]:
        components: Mapping[str, Any] = self.root.get("components", {})
        return components

    @cached_property
    def _by_id(self) -> dict[str, Operation]:
        return {operation.operation_id: operation for operation in self.operations}

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.root.get("paths", {}).items():
            if path.startswith("x-"):
                continue
            item = self.resolve(item)
            for method, steps in methods_of(item):
                yield self._operation(path, method, item, steps)

    def _operation(self, path: str, method: str, item: Mapping[str, Any], steps: Sequence[str]) -> Operation:
        definition = item[steps[0]] if len(steps) == 1 else item[steps[0]][steps[1]]
        pointer = pointer_to("paths", path, *steps)
        own = "security" in definition
        requirements = definition["security"] if own else self.root.get("security", ())
        return Operation(
            operation_id=definition.get("operationId", ""),
            method=method,
            path=path,
            security=tuple(
                tuple(scheme for name in requirement if (scheme := self._scheme(name)).is_of_the_request)
                for requirement in requirements
            ),
            security_pointer=f"{pointer}/security" if own else pointer_to("security"),
            pointer=pointer,
            _document=self,
            definition=definition,
            path_item=item,
        )

    def _scheme(self, name: str) -> SecurityScheme:
        # `check_security` reports a scheme that is not declared.
        return self.security_schemes.get(name, SecurityScheme(name, "http"))


def load_contract(path: Path = PUBLISHED, *, lenient: bool = False, mended: bool = True) -> Contract:
    """Load the contract in a YAML or JSON file, with everything that it refers to in other files.

    Raises ContractError with file, JSON pointer and reason. A `lenient` contract is written by a third party: an
    operation without operationId gets one from its method and path, rules that a schema cannot express, such as that
    each path parameter is declared, are not checked, and other mistakes are mended and become its `warnings`, unless
    `mended` is false.
    """
    return load_bundled(path, lenient=lenient, mended=mended)[0]


def load_bundled(path: Path, *, lenient: bool, mended: bool = True) -> tuple[Contract, Bundle]:
    """As `load_contract`, with the bundle, which knows the files of the parts of the contract."""
    content = _read(path)
    try:
        bundled = bundle(content, path, lenient=lenient and mended)
    except ContractError as error:
        raise _with_line(error) from None
    contract = Contract(str(path), content, bundled.document, bundled.files, lenient, bundled.moved)
    try:
        contract = _mended(contract, bundled.unread) if lenient and mended else _validated(contract)
    except ContractError as error:
        raise _located(error, bundled) from None
    return replace(contract, warnings=(*bundled.mistakes, *located_mistakes(contract.warnings, bundled))), bundled


def parse_contract(content: bytes, source: str, *, lenient: bool = False, mended: bool = True) -> Contract:
    """The validated contract in `content`, which refers to no other files; `source` is its name in errors. `lenient`
    and `mended` as in `load_contract`. Raises ContractError."""
    mistakes: list[Mistake] = []
    root = read_document(content, source, mistakes if lenient and mended else None)
    contract = Contract(source, content, root, lenient=lenient, origins=resolve_identifiers(root))
    contract = _mended(contract, {}) if lenient and mended else _validated(contract)
    if contract.warnings:
        lines = LineIndex(content)
        mistakes += [replace(each, line=lines.line(each.pointer)) for each in contract.warnings]
    return replace(contract, warnings=tuple(mistakes))


def _located(error: ContractError, bundled: Bundle) -> ContractError:
    """The error, with the file, the pointer and the line of its cause."""
    origin = bundled.origin(error.pointer)
    return _with_line(ContractError(str(origin.file), origin.pointer, error.reason))


def _with_line(error: ContractError) -> ContractError:
    if not error.pointer:
        return error
    line = LineIndex(_read(Path(error.source))).line(error.pointer)
    return error if line is None else ContractError(error.source, error.pointer, f"line {line}: {error.reason}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContractError(str(path), "", f"cannot be read: {error.strerror}") from None


def _validated(contract: Contract) -> Contract:
    """The contract, converted if it is Swagger 2.0; raises ContractError with pointers as written."""
    if is_of_swagger(contract):
        contract = converted(contract)
    else:
        check_version(contract)
    try:
        return _checked(contract)
    except ContractError as error:
        raise ContractError(error.source, contract.as_written(error.pointer), error.reason) from None


def _checked(contract: Contract) -> Contract:
    check_references(contract)
    error = first_structural_error(contract.root, contract.resolve)
    if error is None and not contract.lenient:
        check_composition(contract, contract.schemas.values())
        error = first_error(contract.root)
    if error is not None:
        raise ContractError(contract.source, *error)
    if contract.lenient:
        contract = replace(contract, root=identify_operations(contract.root, contract.resolve))
    check_operation_ids(contract, contract.operations)
    check_security(contract, contract.operations, contract.security_schemes)
    return contract


def _mended(contract: Contract, unread: Mapping[str, str]) -> Contract:
    """A lenient contract, with its mistakes mended; ContractError if nothing of it can be used. `unread` has the
    reasons why references to other documents could not be followed."""
    if is_of_swagger(contract):
        contract = converted(contract, mended=True)
    else:
        contract = with_version(contract)
        check_version(contract)
    try:
        return _usable(contract, unread)
    except ContractError as error:
        raise ContractError(error.source, contract.as_written(error.pointer), error.reason) from None


def _usable(contract: Contract, unread: Mapping[str, str]) -> Contract:
    contract, found = mend(contract, unread)
    mistakes = (mistake_as_written(contract, each) for each in found)
    root = identify_operations(contract.root, contract.resolve)
    contract = replace(contract, root=root, warnings=tuple(dict.fromkeys((*contract.warnings, *mistakes))))
    check_operation_ids(contract, contract.operations)
    check_security(contract, contract.operations, contract.security_schemes)
    lost = next((mistake for mistake in contract.warnings if mistake.lost), None)
    if lost is not None and not contract.operations:
        raise ContractError(contract.source, lost.pointer, f"no operation can be used: {lost.reason}")
    return contract
