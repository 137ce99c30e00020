"""The contract of everything, in each version of OpenAPI."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent
RICH: Final = FOLDER / "rich.yaml"
RICH_2_0: Final = FOLDER / "rich-2.0.yaml"
VERSIONS: Final = ("2.0", "3.0", "3.1", "3.2")


def rich(version: str, folder: Path) -> Path:
    """The file of the contract in a version; those of 3.1 and 3.2 are written to `folder`."""
    if version in ("2.0", "3.0"):
        return RICH_2_0 if version == "2.0" else RICH
    document = modern(yaml.safe_load(RICH.read_text()))
    for name in ("rich-3.1.yaml", "rich-3.2.yaml"):
        add(document, yaml.safe_load((FOLDER / name).read_text()))
        if version in name:
            break
    file = folder / f"rich-{version}.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    return file


def add(document: dict[str, Any], more: dict[str, Any]) -> None:
    """Add the members of a document to another one, at all levels."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(document.get(key), dict):
            add(document[key], value)
        else:
            document[key] = value


def modern(value: Any) -> Any:
    """A part of a document of OpenAPI 3.0 in the words of 3.1."""
    if isinstance(value, list):
        return [modern(each) for each in value]
    if not isinstance(value, dict):
        return value
    result = {key: modern(each) for key, each in value.items() if key != "nullable"}
    if result.get("exclusiveMinimum") is True:
        result["exclusiveMinimum"] = result.pop("minimum")
    if value.get("nullable") is True:
        if "type" in result:
            result["type"] = [result["type"], "null"]
        else:
            result = {"anyOf": [result, {"type": "null"}]}
    return result
