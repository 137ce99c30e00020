"""The contract of a check: a file, or a document on the web."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import click

from openapi.contract import Contract, load_contract, parse_contract
from scripts.cli.failures import Refused

# A path, or an http or https URL.
Source: TypeAlias = Path | str


class DocumentSource(click.ParamType[Source]):
    """A file, or an http or https URL."""

    name = "file or url"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Source:
        """The path or the URL."""
        if isinstance(value, Path):
            return value
        text = str(value)
        return text if text.lower().startswith(("http://", "https://")) else Path(text)


def contract_at(
    source: Source,
    *,
    timeout: float,
    proxy: str | None,
    ca_bundle: Path | None,
    insecure: bool,
    strict_document: bool = False,
) -> Contract:
    """The contract in a file or at a URL, which is downloaded with these options and without credentials.

    Its mistakes are mended, unless `strict_document` is set. A document on the web must be one document: others are not
    fetched. ContractError for a document that cannot be used, Refused if it cannot be downloaded.
    """
    if isinstance(source, Path):
        return load_contract(source, lenient=True, mended=not strict_document)
    from openapi.check.client.download import NotDownloaded, download
    from openapi.check.options import Options
    from openapi.check.planning import connection_of

    try:
        options = Options(timeout=timeout, proxy=proxy, ca_bundle=ca_bundle, insecure=insecure)
        content = download(source, connection_of(options))
    except (NotDownloaded, ValueError) as error:
        raise Refused(str(error)) from None
    # The query may have a key, and the name of the contract is in every report.
    return parse_contract(content, source.partition("?")[0], lenient=True, mended=not strict_document)
