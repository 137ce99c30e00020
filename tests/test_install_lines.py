"""Every line that installs something is pinned and hashed, in all guides and files of deployments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMES = ("*.md", "*.yml", "*.yaml", "*.service", "Containerfile", "Dockerfile*", "*.html")
FILES = sorted(
    path
    for name in NAMES
    for folder in (ROOT, ROOT / "docs", ROOT / "deploy", ROOT / ".ci")
    for path in (folder.glob(name) if folder == ROOT else folder.rglob(name))
)
INSTALLING = re.compile(
    r"\b(?:pip3?|pipx|uvx?|npm|pnpm|yarn|npx)(?: tool| pip)? +(?:install|add|inject|run|i)\b[^`\n]*"
)
# A lock, with hashes.
LOCKED = re.compile(r" --require-hashes\b.* (?:--requirement|-r) (?:\S+/)?[\w-]+\.lock$")
# The project itself: a checkout, or a wheel of a release.
OWN = re.compile(r' --no-deps\b.* (?:\.|/src|"tether-relay @ \$RELEASE")$')
LINES = [
    pytest.param(line, id=f"{path.relative_to(ROOT)}: {line}")
    for path in FILES
    for line in INSTALLING.findall(path.read_text().replace("\\\n", " "))
]


def is_pinned(line: str) -> bool:
    return bool(LOCKED.search(line.rstrip()) or OWN.search(line.rstrip()))


def test_there_are_install_lines() -> None:
    """The test below would pass if no line were found."""
    assert len(LINES) >= 10


@pytest.mark.parametrize("line", LINES)
def test_an_install_line_is_pinned_and_hashed(line: str) -> None:
    assert is_pinned(line)


@pytest.mark.parametrize(
    "line",
    [
        "pip install tether-relay",
        "pip install '.[tracing]'",
        "pip install --no-deps requests",
        "pip install --requirement requirements.lock",
        "pip install --require-hashes --requirement requirements.lock requests",
        "uv pip install requests==2.32.0",
        "uv tool install tether-relay",
        "pipx install uv",
        "npm install left-pad",
    ],
)
def test_any_other_line_is_refused(line: str) -> None:
    assert INSTALLING.search(line)
    assert not is_pinned(line)
