"""Load on a server and its measurement: with wrk if it is installed, otherwise with the Python client."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.benchmark import client
from scripts.benchmark.errors import LoadFailed
from scripts.benchmark.measurement import Measurement
from scripts.benchmark.workload import PATH

_MILLISECONDS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_RATE: Final = re.compile(r"^Requests/sec:\s+([\d.]+)$", re.MULTILINE)
_PERCENTILE: Final = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)$", re.MULTILINE)
_BAD_ANSWERS: Final = re.compile(r"^\s+Non-2xx or 3xx responses: (\d+)$", re.MULTILINE)
_SOCKET_ERRORS: Final = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")

# A wrk script for more than one token. All requests are formatted before the first is sent.
_ROTATION: Final = """
local tokens, requests, last = {{{tokens}}}, {{}}, 0
function init(args)
  for i, token in ipairs(tokens) do
    requests[i] = wrk.format(nil, nil, {{["Authorization"] = "Bearer " .. token}})
  end
end
function request()
  last = last % #requests + 1
  return requests[last]
end
"""


@dataclass(frozen=True)
class Load:
    """Load on this many `connections`; each sends the next request when it has the answer to the last. `headers` as
    ``Name: value`` are sent too."""

    tokens: Sequence[str]
    connections: int
    wrk: str | None
    folder: Path
    path: str = PATH
    headers: Sequence[str] = ()

    @property
    def generator(self) -> str:
        """The name of the load generator."""
        return (
            "wrk, one thread" if self.wrk else "the Python client (install wrk: these figures are the client's limits)"
        )

    def run(self, port: int, seconds: int) -> Measurement:
        """Load the server on `port` of this machine for `seconds`; LoadFailed if an answer is missing or not a 2xx."""
        if self.wrk is None:
            measured = client.measure(port, self.path, self.tokens, self.connections, seconds, self.headers)
        else:
            measured = self._run_wrk(self.wrk, port, seconds)
        if measured.failed:
            raise LoadFailed(f"{measured.failed} answers under load were missing or not a 2xx")
        return measured

    def _run_wrk(self, wrk: str, port: int, seconds: int) -> Measurement:
        command = [
            wrk,
            "-t1",
            f"-c{self.connections}",
            f"-d{seconds}s",
            "--latency",
            f"http://127.0.0.1:{port}{self.path}",
        ]
        command[1:1] = [part for header in self.headers for part in ("-H", header)]
        if len(self.tokens) == 1:
            command[1:1] = ["-H", f"Authorization: Bearer {self.tokens[0]}"]
        elif self.tokens:
            script = self.folder / "tokens.lua"
            script.write_text(_ROTATION.format(tokens=",".join(f'"{token}"' for token in self.tokens)))
            command[1:1] = ["-s", str(script)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # wrk on our own server
        if ran.returncode:
            raise LoadFailed(f"wrk ended with {ran.returncode}: {(ran.stderr or ran.stdout).strip()}")
        return parse_wrk(ran.stdout)


def find_wrk() -> str | None:
    """The wrk on PATH, if there is one."""
    return shutil.which("wrk")


def parse_wrk(output: str) -> Measurement:
    """Read the output of wrk with ``--latency``; LoadFailed if it has no results."""
    rate = _RATE.search(output)
    percentiles = {
        percentile: float(value) * _MILLISECONDS[unit] for percentile, value, unit in _PERCENTILE.findall(output)
    }
    if rate is None or percentiles.keys() != {"50", "99"}:
        raise LoadFailed(f"wrk printed no results:\n{output}")
    bad = _BAD_ANSWERS.search(output)
    errors = _SOCKET_ERRORS.search(output)
    failed = (int(bad[1]) if bad else 0) + (sum(map(int, errors.groups())) if errors else 0)
    return Measurement(float(rate[1]), percentiles["50"], percentiles["99"], failed)
