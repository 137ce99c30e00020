"""Bundles a document that is split over several files into one, and adapts its references."""

from __future__ import annotations

import copy
import itertools
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from openapi.documents.dialects import Dialect, dialect_of, is_meta_schema
from openapi.documents.errors import ContractError
from openapi.documents.identifiers import anchored, resolve_identifiers, resolve_part
from openapi.documents.mistakes import Mistake
from openapi.documents.pointer import join_pointer, pointer_to, resolve_pointer, steps_of
from openapi.documents.reading import read_document, read_value
from openapi.documents.references import KINDS, Reference, Steps, references
from openapi.documents.swagger.sections import SECTION_OF, is_swagger

# "Components Object": the names that are allowed there.
_UNNAMABLE: Final = re.compile("[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a part of a bundle: a JSON pointer into a file."""

    file: Path
    pointer: str


@dataclass(frozen=True)
class Bundle:
    """A document in one piece, the `files` that it was read from, the root file first, and the `origins` of the parts
    from other files, by their JSON pointers in `document`. `moved` are the origins of what moved in the root file,
    `unread` the reasons why references were not followed, by reference, and `mistakes` what JSON does not have."""

    document: dict[str, Any]
    files: tuple[Path, ...]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    def origin(self, pointer: str) -> Origin:
        """The file and the pointer in it of what the bundle has at `pointer`."""
        head, tail = pointer, ""
        while head:
            if (origin := self.origins.get(head)) is not None:
                return Origin(origin.file, origin.pointer + tail)
            head, _, step = head.rpartition("/")
            tail = f"/{step}{tail}"
        return Origin(self.files[0], pointer)


def bundle(content: bytes, path: Path, *, lenient: bool = False) -> Bundle:
    """Bundle the document in `content`, which is the content of the file at `path`, with everything that it refers to
    in other files.

    Relative references are resolved against the file that contains them (RFC 3986 section 5.2). A Path Item replaces
    its reference, anything else goes under `components`, or into the section of Swagger 2.0. Raises ContractError, with
    file and JSON pointer, for a reference to something that does not exist or to a URL; a `lenient` bundle leaves such
    a reference as it is, and follows references in place of maps, such as all paths, which the specification does not
    have.
    """
    return _Bundler(content, path, lenient).bundle()


class _Bundler:
    def __init__(self, content: bytes, path: Path, lenient: bool) -> None:
        self._root = path
        self._lenient = lenient
        self._unread: dict[str, str] = {}
        # What JSON does not have is refused unless the bundle is lenient.
        self._mistakes: list[Mistake] | None = [] if lenient else None
        self._document = read_document(content, str(path), self._mistakes)
        self._read: dict[Path, Any] = {path.resolve(): self._document}
        self._files = [path]
        self._moved = resolve_identifiers(self._document)
        self._origins: dict[str, Origin] = {}
        # (file, pointer in it) -> the pointer of the same part in the bundle.
        self._placed: dict[tuple[Path, str], str] = {}
        self._inlined: set[tuple[Steps, Path, str]] = set()

    def bundle(self) -> Bundle:
        # A part that is moved into the document can contain references too.
        pending = [(self._root, references(self._document, maps=self._lenient))]
        while pending:
            file, found = pending.pop()
            pending.extend(
                moved
                for reference in list(found)
                # The specification does not define what a `$ref` means in an extension.
                if not reference.extension and (moved := self._followed(file, reference)) is not None
            )
        return self._bundle()

    def _bundle(self) -> Bundle:
        mistakes = tuple(self._mistakes or ())
        return Bundle(self._document, tuple(self._files), self._origins, self._moved, self._unread, mistakes)

    def _followed(self, file: Path, reference: Reference) -> tuple[Path, Iterator[Reference]] | None:
        try:
            return self._follow(file, reference)
        except ContractError as error:
            if not self._lenient:
                raise
            self._unread[reference.target] = error.reason.partition("; ")[0]
            return None

    def _expand(self, file: Path, reference: Reference) -> tuple[Path, Iterator[Reference]] | None:
        """Replace a reference in place of a map, such as all paths, by references to the members of its target."""
        location, _, pointer = reference.target.partition("#")
        members = self._part(self._target(file, location, reference), pointer, reference)
        del reference.holder["$ref"]
        base = f"{location}#{pointer}"
        added = {name: {"$ref": base + pointer_to(name)} for name in members if name not in {*reference.holder, "$ref"}}
        reference.holder.update(added)
        found = [references(each, (*reference.path, name), reference.keyword) for name, each in added.items()]
        return file, itertools.chain.from_iterable(found)

    def _follow(self, file: Path, reference: Reference) -> tuple[Path, Iterator[Reference]] | None:
        """Point a reference in `file` to its target in the bundle. Returns the file of the target and the references
        in it if the target was new, else None."""
        if reference.is_map:
            return self._expand(file, reference)
        location, _, pointer = reference.target.partition("#")
        if (not location and file == self._root) or is_meta_schema(reference.target):
            return None
        target = self._target(file, location, reference)
        if reference.key != "$ref" and not target.is_file():
            # A mapping to a missing file is useless but harmless.
            return None
        key = (target.resolve(), pointer)
        if key[0] == self._root.resolve():
            reference.holder[reference.key] = "#" + pointer
            return None
        if reference.keyword == "paths":
            return self._inline(target, pointer, reference)
        if (place := self._placed.get(key)) is not None:
            reference.holder[reference.key] = "#" + place
            return None
        part = copy.deepcopy(self._part(target, pointer, reference))
        path = self._place(part, target, pointer, reference)
        self._placed[key] = join_pointer(path)
        self._origins[join_pointer(path)] = Origin(target, pointer)
        reference.holder[reference.key] = "#" + join_pointer(path)
        return target, references(part, path, reference.keyword, maps=self._lenient)

    def _target(self, file: Path, location: str, reference: Reference) -> Path:
        if not location:
            if not reference.target:
                raise self._wrong(reference, "is empty; write a reference such as '#/components/schemas/Name'")
            return file
        try:
            remote = urlsplit(location)
        except ValueError:
            raise self._wrong(reference, "is not a URI; correct the reference") from None
        if remote.scheme or remote.netloc:
            raise self._wrong(reference, "is on the web; download the file and refer to your copy")
        return Path(os.path.normpath(file.parent / unquote(location)))

    def _inline(self, target: Path, pointer: str, reference: Reference) -> tuple[Path, Iterator[Reference]]:
        """Replace a reference to a Path Item by the Path Item: the components of OpenAPI 3.0 cannot contain one."""
        step = (reference.path, target.resolve(), pointer)
        if step in self._inlined:
            raise self._wrong(reference, "refers to itself; replace it with the Path Item")
        self._inlined.add(step)
        part = copy.deepcopy(self._part(target, pointer, reference))
        siblings = {key: value for key, value in reference.holder.items() if key != "$ref"}
        reference.holder.clear()
        reference.holder.update({**part, **siblings})
        self._origins[join_pointer(reference.path)] = Origin(target, pointer)
        return target, references(reference.holder, reference.path, reference.keyword, maps=self._lenient)

    def _place(self, part: dict[str, Any], target: Path, pointer: str, reference: Reference) -> Steps:
        """Add `part` to the components, under the last step of its pointer, or the name of the file if it has none."""
        above = self._home(KINDS.get(reference.keyword))
        parts = self._document
        for step in above:
            parts = parts.setdefault(str(step), {})
            if not isinstance(parts, dict):
                raise ContractError(str(self._root), pointer_to(*above), "this must be an object")
        wanted = _UNNAMABLE.sub("_", steps_of(pointer)[-1] if steps_of(pointer) else target.stem)
        names = (wanted if number == 1 else f"{wanted}_{number}" for number in itertools.count(1))
        name = next(name for name in names if name not in parts)
        parts[name] = part
        return (*above, name)

    def _home(self, kind: str | None) -> Steps:
        """The place for parts of a kind."""
        if is_swagger(self._document):
            return (SECTION_OF.get(kind or "", "x-bundled"),)
        return ("x-bundled",) if kind is None else ("components", kind)

    def _part(self, file: Path, pointer: str, reference: Reference) -> dict[str, Any]:
        if (key := file.resolve()) not in self._read:
            try:
                content = file.read_bytes() if file.is_file() else None
            except OSError as error:
                raise self._wrong(reference, f"cannot be read: {error.strerror}") from None
            if content is None:
                raise self._wrong(reference, f"cannot be read: {file} is not a file")
            self._read[key] = read_value(content, str(file), self._mistakes)
            self._files.append(file)
            if isinstance(self._read[key], dict) and dialect_of(self._document) is Dialect.DRAFT_2020_12:
                resolve_part(self._read[key])
        pointer = self._resolved(key, pointer)
        if pointer and not pointer.startswith("/"):
            raise self._wrong(reference, "is not a JSON pointer; write a slash after the #")
        try:
            part = resolve_pointer(self._read[key], pointer)
        except LookupError:
            raise self._wrong(reference, "does not exist; correct the reference or add its target") from None
        if not isinstance(part, dict):
            raise self._wrong(reference, "is not an object; refer to an object")
        return part

    def _resolved(self, key: Path, pointer: str) -> str:
        """A pointer into a file; that of the schema with the anchor if it is an anchor."""
        part = self._read[key]
        is_anchor = pointer and not pointer.startswith("/") and isinstance(part, dict)
        return (anchored(part, pointer) if is_anchor else None) or pointer

    def _wrong(self, reference: Reference, reason: str) -> ContractError:
        """An error about a reference, with the file and the pointer where the reference is written."""
        origin = self._bundle().origin(join_pointer((*reference.path, reference.key)))
        return ContractError(str(origin.file), origin.pointer, f"{reference.target!r} {reason}")
