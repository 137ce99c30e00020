"""`tether-relay proxy` in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import clean_environment, executable
from tests.loopback import Handler, reserved_port

PATH = "/api/calls/providers"
# What Prism's proxy lets pass against this contract.
TELNYX = b'{"provider":"telnyx","phoneNumber":5}'
TOKEN = {"Authorization": "Bearer very-secret"}
PATIENCE = 20


@contextmanager
def command(
    upstream: str, folder: Path, *options: str, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`tether-relay proxy` in a process of its own, once it answers; what it tells people is in `folder`, in the file
    `stderr`."""
    with reserved_port() as port, (folder / "stderr").open("wb") as errors:
        arguments = [executable("tether-relay"), "proxy", "--upstream", upstream, "--port", str(port), *options]
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=clean_environment() | environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            while b"Ctrl-C" not in (folder / "stderr").read_bytes():
                assert process.poll() is None, (folder / "stderr").read_text()
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.communicate()


class Telnyx(Handler):
    """A server with a provider that there is not, and a number that is none."""

    def do_GET(self) -> None:
        self.reply(200, TELNYX, Content_Type="application/json")
