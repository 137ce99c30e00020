"""Every command and option has a help text, and no wrong input causes a traceback."""

from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from subprocess import CompletedProcess

import click
import pytest

from scripts.cli.commands import cli

Relay = Callable[..., CompletedProcess[str]]


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all its subcommands, each with its path on the command line."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from walk(below, (*path, name))


ALL = dict(walk(cli))
LEAVES = {path for path, command in ALL.items() if not isinstance(command, click.Group)}

# Wrong input for every command, with the expected message.
WRONG: list[tuple[str, str]] = [
    ("serve --port x", "--port"),
    ("serve --port 0", "tether-relay: --port: input should be greater than or equal to 1"),
    ("serve --workers 0", "tether-relay: --workers: "),
    ("serve --log-level loud", "tether-relay: --log-level: "),
    ("serve --database nowhere/at-all.db", "tether-relay: no key to verify tokens with"),
    ("serve now", "unexpected extra argument"),
    ("check", "Missing argument 'URL'"),
    ("check ftp://x", "tether-relay: 'ftp://x' is not the URL of a server"),
    ("check http://user:secret@x", "tether-relay: the URL must not have a user"),
    ("check http://127.0.0.1:1 --contract nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("check http://127.0.0.1:1 --contract here.json --strict", "tether-relay: here.json"),
    ("check http://127.0.0.1:1 --operation x", "tether-relay: the contract has no operation 'x'"),
    ("check http://127.0.0.1:1 --overlay nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("check http://127.0.0.1:1 --provocations nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("check http://127.0.0.1:1 --provocations here.json", "tether-relay: here.json#/provocations: expected a list"),
    ("check http://127.0.0.1:1 --baseline here.json", "tether-relay: here.json is not a valid baseline"),
    ("check http://127.0.0.1:1 --baseline nowhere.json", "tether-relay: nowhere.json does not exist"),
    ("check http://127.0.0.1:1 --update-baseline", "name the file with --baseline"),
    ("check http://127.0.0.1:1 --token a --token-command b", "give one of --token, --token-file and --token-command"),
    ("check http://127.0.0.1:1 --token-file nowhere", "tether-relay: nowhere cannot be read"),
    ("check http://127.0.0.1:1 --token-command false", "tether-relay: --token-command failed with exit code 1"),
    ("check http://127.0.0.1:1 --jwt-secret-file nowhere", "tether-relay: nowhere cannot be read"),
    ("check http://127.0.0.1:1 --cacert here.json", "tether-relay: "),
    ("check http://127.0.0.1:1 --key here.json", "--key: name the certificate of the key with --cert"),
    ("check http://127.0.0.1:1 --cert here.json", "tether-relay: "),
    ("check http://127.0.0.1:1 --header here", "this is not a header; write 'Name: value'"),
    ("check http://127.0.0.1:1 --rate-limit fast", "'fast' is not a rate"),
    ("check http://127.0.0.1:1 --proxy here", "tether-relay: the proxy is not an http:// URL"),
    ("mock nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("mock --scenario nonsense", "tether-relay: --scenario: unknown scenario 'nonsense'"),
    ("mock one.yaml two.yaml", "tether-relay: one.yaml and two.yaml both have no prefix"),
    ("mock --auth maybe", "'maybe' is not one of"),
    ("token", "Missing argument 'USER'"),
    ("token user_ada", "tether-relay: no key to verify tokens with"),
    ("token user_ada --ttl soon", "'soon' is not a duration"),
    ("token user_ada user_bea", "unexpected extra argument"),
    ("proxy", "Missing option '--upstream'"),
    ("proxy --upstream ftp://x", "tether-relay: ftp://x is not the URL of a server"),
    ("proxy --upstream http://user:secret@x", "tether-relay: the URL of x has more than a host, a port and a path"),
    ("proxy --upstream http://x --contract nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("proxy --upstream https://x --cacert here.json", "tether-relay: here.json cannot be read as certificates"),
    ("proxy --upstream http://x --strict --overlay here.json", "tether-relay: --strict is an overlay too"),
    ("proxy --upstream http://x --violations nowhere/v", "tether-relay: nowhere/v cannot be written"),
    ("proxy --upstream http://x --host 192.0.2.1", "tether-relay: cannot listen on 192.0.2.1"),
    ("data import", "Missing argument 'FILE'"),
    ("data import nowhere.json", "tether-relay: nowhere.json cannot be read"),
    ("data import here.json", "tether-relay: Nothing was imported"),
    ("data import here.json --database nowhere/at-all.db", "tether-relay: The store's folder nowhere does not exist"),
    ("data import here.json --database .", "tether-relay: The store . is not a file"),
    ("data export --database nowhere.db", "tether-relay: the database nowhere.db does not exist"),
    ("data export --database .", "tether-relay: The store . is not a file"),
    ("data export --database here.json", "tether-relay: The store here.json is not a SQLite database"),
    ("data backup", "Missing argument 'FILE'"),
    ("data backup nowhere/at-all.db --demo", "tether-relay: The backup nowhere/at-all.db cannot be written"),
    ("data backup copy.db --database here.json", "tether-relay: The store here.json is not a SQLite database"),
    ("data restore", "Missing argument 'FILE'"),
    ("data restore nowhere.db", "tether-relay: Nothing was restored. The store nowhere.db does not exist"),
    ("data restore here.json", "tether-relay: Nothing was restored. The store here.json is not a SQLite database"),
    ("data verify now", "unexpected extra argument"),
    ("data verify", "tether-relay: the database tether-relay.db does not exist"),
    ("data verify --database here.json", "tether-relay: The store here.json is not a SQLite database"),
    ("org list --yaml", "No such option"),
    ("org list --database", "requires an argument"),
    ("org show", "Missing argument 'ORG'"),
    ("org show org_x", "tether-relay: the database tether-relay.db does not exist"),
    ("org show org_x --demo", "tether-relay: There is no organization 'org_x'"),
    ("org activate org_acme", "Missing argument"),
    ("org activate org_acme telnyx", "'telnyx' is not one of"),
    ("org activate org_globex sinch --demo", "tether-relay: The organization 'org_globex' has no account with sinch"),
    ("user show", "Missing argument 'USER'"),
    ("user show user_x --demo", "tether-relay: There is no user 'user_x'"),
    ("user disable user_x --demo", "tether-relay: There is no user 'user_x'"),
    ("user enable user_x --demo", "tether-relay: There is no user 'user_x'"),
    ("number assign user_ada", "Missing argument 'E164'"),
    ("number assign user_ada 0 --demo", "tether-relay: There is no phone number '0'"),
    ("contract validate nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("contract pages", "Missing option '--output'"),
    ("contract pages nowhere.yaml --output out", "tether-relay: nowhere.yaml: cannot be read"),
    ("contract pages --output here.json", "tether-relay: here.json is not a folder; name another one"),
    ("contract bundle nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("contract bundle here.json", "tether-relay: here.json"),
    ("contract show", "Missing argument 'OPERATION'"),
    ("contract show get_calls_provider", "tether-relay: "),
    ("contract sync nowhere.md", "tether-relay: nowhere.md: "),
    ("contract diff nowhere.yaml here.json", "tether-relay: nowhere.yaml: cannot be read"),
    ("contract changelog nowhere.yaml here.json", "tether-relay: nowhere.yaml: cannot be read"),
    ("contract sync here.json", "tether-relay: here.json#/openapi: "),
    ("contract sync --output", "requires an argument"),
    ("contract init here --contract nowhere.yaml", "tether-relay: nowhere.yaml: cannot be read"),
    ("contract scaffold get_nothing", "tether-relay: the contract has no operation 'get_nothing'"),
    ("contract scaffold --handlers nowhere", "tether-relay: nowhere is not a package"),
    ("contract types", "Missing option '--to'"),
    ("contract types nowhere.yaml --to python", "tether-relay: nowhere.yaml: cannot be read"),
    ("check http://127.0.0.1:1 --token-command id;id", "tether-relay: --token-command printed 2 lines"),
    ("proxy --upstream http://127.0.0.1:1 --port 80x", "'80x' is not a valid integer."),
    ("nonsense", "No such command 'nonsense'"),
    ("chek", "No such command 'chek'. Did you mean 'check'?"),
    ("orgs", "No such command 'orgs'. Did you mean 'org'?"),
    ("org nonsense", "No such command 'nonsense'"),
    ("--nonsense", "No such option"),
]


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "tether-relay")
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(relay: Relay, path: tuple[str, ...], option: str) -> None:
    done = relay(*path, option)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(" ".join(["Usage: tether-relay", *path]) + " [OPTIONS]")


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "tether-relay")
def test_every_command_and_option_has_a_help_text(path: tuple[str, ...]) -> None:
    command = ALL[path]
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]

    assert command.help
    assert command.help.partition("\n\n")[0].endswith(".")
    assert [option.name for option in options if not option.help] == []


def test_the_list_of_commands_matches_the_commands(relay: Relay) -> None:
    """The list is declared, because the commands are not imported for it."""
    listed = relay("--help").stdout.partition("Commands:\n")[2].splitlines()
    texts = {name: text.strip() for name, _, text in (line.strip().partition(" ") for line in listed)}

    assert list(texts) == [path[0] for path in ALL if len(path) == 1]
    assert [text for text in texts.values() if not text.endswith(".")] == []


def test_version_prints_the_version_of_the_package(relay: Relay) -> None:
    assert relay("--version").stdout == f"tether-relay, version {version('tether-relay')}\n"


@pytest.mark.parametrize("path", sorted(ALL.keys() - LEAVES), ids=lambda path: " ".join(path) or "tether-relay")
def test_a_group_without_a_command_lists_its_commands(relay: Relay, path: tuple[str, ...]) -> None:
    done = relay(*path)
    below = [each[-1] for each in ALL if len(each) == len(path) + 1 and each[: len(path)] == path]

    assert done.returncode == 2
    assert [name for name in below if name not in done.stderr] == []


def test_every_command_has_a_row_of_wrong_input() -> None:
    given = {tuple(line.split()) for line, _ in WRONG}

    assert {path for path in LEAVES if any(words[: len(path)] == path for words in given)} == LEAVES


def check_refusal(done: CompletedProcess[str], said: str) -> None:
    """Assert exit code 2 and a message on stderr, in one line unless it is about the usage or an import."""
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    if said.startswith("tether-relay: ") and "Nothing was imported" not in said:
        assert len(done.stderr.splitlines()) == 1
    elif not said.startswith("tether-relay: "):
        assert "Error: " in {line[:7] for line in done.stderr.splitlines()}


@pytest.mark.parametrize(("line", "said"), WRONG, ids=[line for line, _ in WRONG])
def test_wrong_input_is_a_message_and_exit_code_2(relay: Relay, folder: Path, line: str, said: str) -> None:
    (folder / "here.json").write_text("{}")

    check_refusal(relay(*line.split()), said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("serve --port 0", "tether-relay: --port: "),
        ("data import nowhere.json", "tether-relay: nowhere.json cannot be read"),
        ("org list", "tether-relay: the database tether-relay.db does not exist"),
        ("contract sync http://a..b/", "tether-relay: http://a..b/: cannot be fetched"),
        ("org show", "Missing argument 'ORG'"),
    ],
)
def test_the_installed_program_prints_the_same_messages(program: Relay, line: str, said: str) -> None:
    check_refusal(program(*line.split()), said)


# The other commands need no settings.
WITH_SETTINGS = {"serve", "token", "data", "org", "user", "number"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("org", "show", b"\xff", "--demo"),
        ("user", "show", b"\xff", "--demo"),
        ("org", "list", "--database", b"\xff.db"),
        ("contract", "sync", b"http://\xff/"),
    ],
    ids=str,
)
def test_arguments_that_are_not_utf8_are_a_message(program: Relay, arguments: tuple[str | bytes, ...]) -> None:
    check_refusal(program(*arguments), "tether-relay: ")


def test_every_command_with_settings_refuses_an_unknown_variable(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TETHER_RELAY_PROT", "2212")

    for path in sorted(path for path in LEAVES if path[0] in WITH_SETTINGS):
        arguments = ["sinch" if each.name == "provider" else "x" for each in ALL[path].params if each.required]
        check_refusal(relay(*path, *arguments), "tether-relay: unknown setting TETHER_RELAY_PROT; did you mean")
