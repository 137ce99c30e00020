"""`scripts/bench --compatibility`: the corpus of pairs, judged by this project and by tools of npm.

A tool has caught a breaking pair if it says that the change breaks, and left a harmless pair alone if it does not. A
pair that a tool cannot read counts as neither. The tools are installed into a folder that is kept in the user's cache.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from openapi.compatibility.changes import ChangeLevel
from openapi.compatibility.comparison import compare
from openapi.contract import parse_contract
from scripts.benchmark.errors import BenchmarkError, PeerMissing
from scripts.benchmark.prism import cache_folder
from tests.openapi.compatibility.corpus import Pair, read_pairs

_PATIENCE: Final = 120
_SMART_DIFF: Final = """
const {apiCompare} = require('api-smart-diff'), {readFileSync} = require('fs');
const [old, fresh] = process.argv.slice(-2).map(path => JSON.parse(readFileSync(path)));
console.log(JSON.stringify({breaks: apiCompare(old, fresh).diffs.some(({type}) => type === 'breaking')}));
"""


@dataclass(frozen=True)
class Tool:
    """A tool of npm: its `packages`, its `command` before the two files, and how its exit code and output are read:
    True if the change breaks, None if the pair could not be judged."""

    title: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    breaks: Callable[[int, str], bool | None]
    overrides: tuple[tuple[str, str], ...] = ()


def _by_summary(code: int, output: str) -> bool | None:
    summary = _parsed(output).get("summary")
    return None if summary is None else summary["major"] > 0


def _by_flag(name: str) -> Callable[[int, str], bool | None]:
    def breaks(code: int, output: str) -> bool | None:
        flag = _parsed(output).get(name)
        return flag if isinstance(flag, bool) else None

    return breaks


def _by_sentence(sentence: str, otherwise: str) -> Callable[[int, str], bool | None]:
    def breaks(code: int, output: str) -> bool | None:
        return True if sentence in output else False if otherwise in output else None

    return breaks


def _by_check(code: int, output: str) -> bool | None:
    return {0: False, 1: True if "Checks:" in output else None}.get(code)


def _parsed(output: str) -> dict[str, Any]:
    try:
        parsed = json.loads(output[output.index("{") :])
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


TOOLS: Final = (
    Tool(
        "@redocly/cli 2.77.0, `diff`",
        ("@redocly/cli@2.77.0",),
        ("node_modules/.bin/redocly", "diff", "--format", "json"),
        _by_summary,
    ),
    Tool(
        "openapi-diff 0.24.1",
        ("openapi-diff@0.24.1",),
        ("node_modules/.bin/openapi-diff",),
        _by_sentence("Breaking changes found", "changes found"),
    ),
    Tool(
        "@useoptic/optic 1.0.9, `diff --check`",
        ("@useoptic/optic@1.0.9",),
        ("node_modules/.bin/optic", "diff", "--check"),
        _by_check,
        (("ajv", "8.12.0"),),
    ),
    Tool("api-smart-diff 1.0.6", ("api-smart-diff@1.0.6",), ("node", "-e", _SMART_DIFF, "--"), _by_flag("breaks")),
    Tool(
        "Specmatic 2.55.1, `compare`",
        ("specmatic@2.55.1",),
        ("java", "-jar", "node_modules/specmatic/specmatic.jar", "compare"),
        _by_sentence("is not backward compatible", "is backward compatible"),
    ),
)


@dataclass(frozen=True)
class Score:
    """What a tool made of the corpus; `unread` pairs could not be judged."""

    title: str
    caught: int
    left_alone: int
    unread: int
    wrong: tuple[str, ...]


def score(title: str, pairs: Sequence[Pair], verdicts: Iterable[bool | None]) -> Score:
    """The score of the verdicts about pairs, of which those that may be breaking or not are left out."""
    judged = [(pair, verdict) for pair, verdict in zip(pairs, verdicts, strict=True)]
    judged = [(pair, verdict) for pair, verdict in judged if pair.is_breaking or pair.is_harmless]
    return Score(
        title,
        sum(pair.is_breaking and verdict is True for pair, verdict in judged),
        sum(pair.is_harmless and verdict is False for pair, verdict in judged),
        sum(verdict is None for _, verdict in judged),
        tuple(pair.id for pair, verdict in judged if verdict is not pair.is_breaking),
    )


def own_verdict(pair: Pair) -> bool:
    """Whether this project says that a pair breaks; "risky" neither catches nor leaves alone, as for the others."""
    old, new = (parse_contract(json.dumps(document).encode(), "contract") for document in (pair.old, pair.new))
    level = compare(old, new).level
    return level is ChangeLevel.BREAKING or (level is ChangeLevel.RISKY and pair.is_harmless)


def verdicts_of(tool: Tool, pairs: Sequence[Pair], folder: Path, installed: Path) -> Iterator[bool | None]:
    """What a tool says about each pair; two runs at a time."""

    def verdict(numbered: tuple[int, Pair]) -> bool | None:
        number, pair = numbered
        files = []
        for side, document in (("old", pair.old), ("new", pair.new)):
            path = folder / f"{number}-{side}.json"
            path.write_text(json.dumps(document, indent=1), encoding="utf-8")
            files.append(str(path))
        command = [part if index else str(_program(part, installed)) for index, part in enumerate(tool.command)]
        run = subprocess.run(  # noqa: S603  # a program of TOOLS
            [*command, *files], capture_output=True, text=True, timeout=_PATIENCE, cwd=installed, check=False
        )
        return tool.breaks(run.returncode, run.stdout)

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(verdict, enumerate(pairs))


def install(tool: Tool) -> Path:
    """The folder that has a tool; npm installs it if it is missing. BenchmarkError if npm cannot."""
    folder = cache_folder() / "compatibility" / tool.packages[0].replace("/", "-").lstrip("@")
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        package = {"private": True, "overrides": dict(tool.overrides)}
        (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")
        npm = shutil.which("npm")
        if npm is None:
            raise PeerMissing("the tools were not compared, because npm is not installed")
        command = [npm, "install", "--no-audit", "--no-fund", *tool.packages]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # a version that is pinned
        if run.returncode:
            shutil.rmtree(folder)
            raise BenchmarkError(f"npm cannot install {tool.packages[0]}: {run.stderr.strip().splitlines()[-1:]}")
    return folder


def table(scores: Sequence[Score], pairs: Sequence[Pair]) -> str:
    """The scores as a table of Markdown."""
    breaking, harmless = sum(pair.is_breaking for pair in pairs), sum(pair.is_harmless for pair in pairs)
    lines = [
        f"| tool | caught, of {breaking} breaking | left alone, of {harmless} others | could not be judged |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {one.title} | {one.caught} | {one.left_alone} | {one.unread} |" for one in scores),
    ]
    return "\n".join(lines)


def _program(name: str, installed: Path) -> Path:
    if (found := shutil.which(name)) is not None:
        return Path(found)
    return installed / name


def score_tools() -> int:
    """Print the scores of all tools, and the pairs that each one gets wrong; 1 if this project gets one wrong."""
    pairs = read_pairs()
    scores = [score("tether-relay `contract diff`", pairs, map(own_verdict, pairs))]
    with tempfile.TemporaryDirectory() as temporary:
        for tool in TOOLS:
            click.echo(tool.title, err=True)
            scores.append(score(tool.title, pairs, verdicts_of(tool, pairs, Path(temporary), install(tool))))
    click.echo(table(scores, pairs))
    for one in scores:
        click.echo(f"\n{one.title} is wrong about: {', '.join(one.wrong) or 'none'}")
    return 1 if scores[0].wrong else 0
