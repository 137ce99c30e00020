"""`tether-relay mock export`: the mock's scenarios and types in TypeScript."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from openapi.contract import PUBLISHED, load_contract
from openapi.mock.scenarios.scenario_file import SCENARIOS, load_scenarios
from openapi.mock.scenarios.scenarios import all_scenarios, mocked_operations
from openapi.mock.settings import Leniency, MockSettings
from scripts.cli.failures import Refused
from scripts.cli.mock.options import envelope_of, examples_option
from scripts.cli.text_files import print_or_write

_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command("export")
@click.argument("contract", type=_FILE, default=PUBLISHED)
@click.option(
    "--to",
    "form",
    type=click.Choice(["msw", "types"]),
    required=True,
    help="msw: the scenarios as handlers of Mock Service Worker; types: the types of the contract.",
)
@click.option("--scenarios", type=_FILE, help="The file of scenarios. [the Tether API's, for its contract]")
@examples_option
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of generated data.")
@click.option("--output", type=_FILE, help="The file to write. [stdout]")
def export(
    contract: Path, form: str, scenarios: Path | None, seed: int, output: Path | None, examples: Leniency
) -> None:
    """Write TypeScript for CONTRACT, an OpenAPI document of any version, by default the Tether API's."""
    settings = MockSettings(seed=seed, examples=examples)
    text = types_of(contract) if form == "types" else handlers_of(contract, scenarios, settings)
    print_or_write(text, output)


def types_of(path: Path) -> str:
    """The TypeScript types of a contract; ContractError if the contract is invalid."""
    from openapi.typescript.types import typescript_types

    return typescript_types(load_contract(path, lenient=True))


def handlers_of(path: Path, scenario_file: Path | None, settings: MockSettings) -> str:
    """The MSW handlers for all scenarios of a contract.

    ContractError if the contract or the scenario file is invalid, Refused if an operation has no answer.
    """
    from openapi.mock.answers.refusals import Refusal
    from openapi.mock.export.answers import Answers
    from openapi.mock.export.msw import msw_module

    contracts = {"": load_contract(path, lenient=True)}
    operations = mocked_operations(contracts)
    if scenario_file is None and path == PUBLISHED:
        scenario_file = SCENARIOS
    written = load_scenarios(scenario_file, operations) if scenario_file is not None else ()
    try:
        return msw_module(
            operations,
            all_scenarios(written, operations),
            Answers(contracts, replace(settings, envelope=envelope_of({"": path}))),
        )
    except Refusal as error:
        raise Refused(f"{path}: {error}") from None
