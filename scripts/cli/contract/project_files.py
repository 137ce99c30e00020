"""The files of a new project beside its contract, coroutines and types.

`<package>`, `<contract>`, `<title>`, `<version>` and `<public>` are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_README: Final = """\
# <title>

The contract is `<contract>`. Each of its operations is a coroutine in `<package>/`.

```sh
pip install tether-relay pytest
export TETHER_RELAY_JWT_SECRET="$(openssl rand -base64 48)"   # if the contract demands tokens
tether-relay serve --contract <contract> --handlers <package><public>
pytest
```

When the contract changes, run:

```sh
tether-relay contract scaffold --contract <contract> --handlers <package> --tests tests
```
"""

_PROJECT: Final = """\
[project]
name = "<package>"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["tether-relay==<version>"]

[dependency-groups]
dev = ["mypy", "pytest"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]

[[tool.mypy.overrides]]
# The caller and the errors of tether-relay.
module = ["handlers.*", "openapi.*", "scripts.*", "store.*"]
follow_untyped_imports = true
"""

_PACKAGE: Final = '''\
"""The handlers: one module for each tag of the contract, with one coroutine for each operationId."""

from __future__ import annotations


def services() -> dict[str, object]:
    """What handlers get by the names of their arguments, beside `caller`, the parameters and `body`.

    The server calls this once in each process, before the first request. If a value has a coroutine `open` or `close`,
    it is awaited before the first request or after the last one.
    """
    return {}
'''

_TEST: Final = '''\
"""The server starts: each operation has a coroutine that takes what the server passes."""

from pathlib import Path

from scripts.cli.serve.projects import Project, build_project
from scripts.cli.settings import read_settings

ROOT = Path(__file__).parent.parent


def test_the_server_starts() -> None:
    settings = read_settings(jwt_secret="a-secret-for-tests-of-at-least-32-bytes", allow_public=True)

    assert build_project(settings, Project(ROOT / "<contract>", "<package>"))
'''

_CONTAINERFILE: Final = """\
FROM docker.io/library/python:3.11-slim-bookworm
RUN pip install --no-cache-dir tether-relay==<version>
WORKDIR /srv
COPY <contract> ./
COPY <package> ./<package>
USER 10001
ENV TETHER_RELAY_HOST=0.0.0.0 PYTHONDONTWRITEBYTECODE=1
EXPOSE 2212
STOPSIGNAL SIGTERM
ENTRYPOINT ["tether-relay"]
CMD ["serve", "--contract", "<contract>", "--handlers", "<package>"]
"""

_CI: Final = """\
name: test
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
      - run: pip install "tether-relay==<version>" pytest
      - run: tether-relay contract scaffold --check --contract <contract> --handlers <package> --tests tests
      - run: pytest
"""

PROJECT_FILES: Final[Mapping[str, str]] = {
    "README.md": _README,
    "pyproject.toml": _PROJECT,
    "<package>/__init__.py": _PACKAGE,
    "tests/test_server.py": _TEST,
    "Containerfile": _CONTAINERFILE,
    ".github/workflows/test.yml": _CI,
    ".gitignore": "__pycache__/\n.venv/\n.pytest_cache/\n.mypy_cache/\n",
}
