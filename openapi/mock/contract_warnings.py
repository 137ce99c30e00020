"""Problems in a contract, its examples and its schemas, found at start."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.contract import Contract
from openapi.examples.checks import faulty_examples
from openapi.examples.encoding import is_written
from openapi.examples.generation import GenerationError, Generator
from openapi.http.messages import has_content
from openapi.mock.answers.bodies import Bodies
from openapi.mock.scenarios.scenarios import MockedOperation
from openapi.mock.settings import MockSettings
from openapi.mock.snapshot import Snapshot


def check_snapshot(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """Prefix -> the problems of its contract, one line each: those of the document itself, examples that break their
    schemas, and responses that the mock cannot generate data for or cannot write."""
    found = {}
    for prefix, mounted in snapshot.mounts.items():
        operations = [mocked for mocked in snapshot.operations.values() if mocked.prefix == prefix]
        contract = mounted.contract
        problems = (*faulty_examples(contract), *_untold(Bodies(contract, MockSettings()), operations))
        found[prefix] = (
            *(mistake.within(contract.source) for mistake in contract.warnings),
            *map(str, problems),
            *_unanswerable(contract, operations),
        )
    return found


def _untold(bodies: Bodies, operations: list[MockedOperation]) -> Iterator[str]:
    """The examples of headers that HTTP cannot carry."""
    for mocked in operations:
        for key, response in mocked.operation.responses.items():
            for header in bodies.untold(response):
                yield f"{mocked.id}: HTTP cannot carry the example of the header {header} of {key}; it is left out"


def _unanswerable(contract: Contract, operations: list[MockedOperation]) -> Iterator[str]:
    generator = Generator(contract)
    for mocked in operations:
        for key, response in mocked.operation.responses.items():
            for content in response.contents:
                media_type = content.media_type
                if key.isdecimal() and not has_content(int(key)):
                    yield f"{mocked.id}: a {key} never has content; the mock sends none of the declared {media_type}"
                    continue
                try:
                    made = generator.made(content.schema)
                    for violation in made.violations:
                        yield f"{mocked.id}: no data satisfies the schema of {key}, {media_type}: {violation}"
                except GenerationError as error:
                    yield f"{mocked.id}: the mock cannot generate data for {key}, {media_type}: {error}"
                if not is_written(media_type):
                    yield f"{mocked.id}: the mock cannot write {media_type}; it sends JSON for {key}"
