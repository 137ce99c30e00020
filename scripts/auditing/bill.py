"""The bill of materials of a lock, in CycloneDX 1.6. It uses no network."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from pip_requirements_parser import InstallRequirement, RequirementsFile  # type: ignore[import-untyped]  # it has no types


def write_bill(lock: Path, project: Path, bill: Path) -> dict[str, str]:
    """Write the bill of the pins in `lock` to `bill`, and return the pins (name -> version).

    `project` is the pyproject.toml of the project. OSError if a file cannot be read or written, ValueError if `lock` is
    not a list of requirements or has one without a pin.
    """
    # The parser treats a missing file as empty.
    lock.read_bytes()
    requirements = RequirementsFile.from_file(str(lock))
    if requirements.invalid_lines:
        raise ValueError(f"{lock}: {requirements.invalid_lines[0].error_message}")
    if loose := [str(each.name) for each in requirements.requirements if not each.is_pinned]:
        raise ValueError(f"{lock} does not pin {', '.join(loose)}")
    components = [_component(requirement) for requirement in requirements.requirements]
    document = Bom(components=components)
    document.metadata.component = program = _program(project)
    document.register_dependency(program, components)
    # The same lock must give the same bill; both fields are optional and change with each run.
    written = json.loads(JsonV1Dot6(document).output_as_string())
    del written["serialNumber"], written["metadata"]["timestamp"]
    bill.write_text(json.dumps(written, indent=2) + "\n")
    return {component.name: str(component.version) for component in components}


def _program(project: Path) -> Component:
    described = tomllib.loads(project.read_text())["project"]
    name, version = described["name"], described["version"]
    return Component(name=name, version=version, type=ComponentType.APPLICATION, bom_ref="program")


def _component(requirement: InstallRequirement) -> Component:
    """One pin, with the hashes of the files that may be installed for it."""
    name, version = str(requirement.name), str(requirement.get_pinned_version)
    purl = PackageURL("pypi", name=name.lower(), version=version)
    hashes = [HashType.from_composite_str(text) for text in requirement.hash_options]
    files = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(purl.to_string()), hashes=hashes)
    return Component(name=name, version=version, purl=purl, bom_ref=purl.to_string(), external_references=[files])
