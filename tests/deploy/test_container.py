"""The Containerfile, tested as far as possible without building an image."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from scripts.cli.settings import VARIABLES

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
SECRET = "a-secret-of-at-least-thirty-two-bytes"
INSTRUCTIONS = {
    *("FROM", "RUN", "COPY", "ENV", "WORKDIR", "VOLUME", "USER", "EXPOSE"),
    *("STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"),
}


class Instruction(NamedTuple):
    """One instruction of a stage, counted from 0."""

    stage: int
    name: str
    text: str


def instructions() -> list[Instruction]:
    """The instructions of the Containerfile."""
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", "")
    stage = -1
    found = []
    for line in filter(None, text.splitlines()):
        name, _, rest = line.partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, rest.strip()))
    return found


def texts(name: str, stage: int) -> list[str]:
    return [found.text for found in instructions() if (found.name, found.stage) == (name, stage)]


def test_every_line_is_an_instruction() -> None:
    assert {found.name for found in instructions()} - INSTRUCTIONS == set()


def test_every_copied_source_exists_and_is_not_ignored() -> None:
    copied = {source for copy in texts("COPY", 0) for source in copy.split()[:-1]}
    allowed = {line[1:] for line in Path(f"{CONTAINERFILE}.dockerignore").read_text().splitlines() if line[0] == "!"}

    assert {source for source in copied if not (ROOT / source).exists()} == set()
    assert copied == allowed


def test_the_image_copies_only_the_result_of_the_build() -> None:
    assert texts("COPY", 1) == ["--from=build /opt/tether-relay /opt/tether-relay"]


def test_the_server_runs_as_an_unprivileged_user() -> None:
    assert texts("USER", 1) == ["10001"]


def test_the_settings_exist() -> None:
    names = re.findall(r"(TETHER_RELAY_\w+)=", " ".join(texts("ENV", 1)))

    assert (len(names), set(names) - VARIABLES) == (3, set())


@pytest.mark.long
def test_the_built_server_passes_its_health_check(tmp_path: Path) -> None:
    """The test runs the commands of the build, in folders of this machine instead of those of the image."""
    places = {"/opt/tether-relay": str(tmp_path / "opt"), "/src": str(tmp_path / "src"), "python -m venv": VENV}
    (tmp_path / "src").mkdir()
    for found in instructions():
        if found.stage == 0 and found.name == "COPY":
            copy(found.text.split(), tmp_path / "src")
        elif found.stage == 0 and found.name == "RUN":
            run(moved(found.text, places))
    environment = {"PATH": f"{tmp_path / 'opt' / 'bin'}:{os.defpath}", "TETHER_RELAY_JWT_SECRET": SECRET}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [*json.loads(texts("ENTRYPOINT", 1)[0]), *json.loads(texts("CMD", 1)[0]), "--demo", "--port", port]
    check = json.loads(texts("HEALTHCHECK", 1)[0].partition("CMD ")[2].replace("2212", port))
    server = subprocess.Popen(command, cwd=tmp_path, env=environment)
    try:
        healthy = answers(check, environment)
    finally:
        server.terminate()
        server.wait(30)

    assert healthy


VENV = f"{sys.executable} -m venv"


def copy(words: list[str], folder: Path) -> None:
    target = words[-1].replace("/src", str(folder))
    for source in words[:-1]:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, target)


def moved(command: str, places: dict[str, str]) -> str:
    for old, new in places.items():
        command = command.replace(old, new)
    return command


def run(command: str) -> None:
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command}\n{done.stderr}"


def answers(check: list[str], environment: dict[str, str]) -> bool:
    """Whether the health check passes within half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if subprocess.run(check, env=environment, capture_output=True, timeout=30, check=False).returncode == 0:
            return True
        time.sleep(0.1)
    return False
