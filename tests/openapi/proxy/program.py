"""`tether-relay proxy` in a separate process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import clean_environment, executable
from tests.loopback import Handler, reserved_port

PATH = "/api/calls/providers"
# An answer that violates the contract, and that the proxy of Prism lets pass.
TELNYX = b'{"provider":"telnyx","phoneNumber":5}'
TOKEN = {"Authorization": "Bearer very-secret"}
PATIENCE = 20


@contextmanager
def command(
    upstream: str, folder: Path, *options: str, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`tether-relay proxy` in a separate process, once it accepts requests; its stderr is in the file `stderr` of
    `folder`."""
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
    """A server that answers with an unknown provider and an invalid phone number."""

    def do_GET(self) -> None:
        self.reply(200, TELNYX, Content_Type="application/json")
