"""The base path of each operation at the server under check."""

from __future__ import annotations

from collections.abc import Iterable

from openapi.check.client.session import origin_of
from openapi.contract import Contract, Operation
from openapi.contract.servers import origin_of_server, path_of_server


def bases_of(
    contract: Contract, operations: Iterable[Operation], url: str
) -> tuple[dict[Operation, str], dict[Operation, str]]:
    """The base paths of the `operations` with servers of their own, and the URLs of those that are on another server.

    `url` stands for the first server of the document. An operation with servers of its own is at the path of its first
    server that is relative, or of an origin that the document or `url` has.
    """
    target = origin_of(url)
    prefix = target.path.rstrip("/").removesuffix(contract.base_path)
    known = {("", ""), origin_of_server(url), *map(origin_of_server, contract.servers)}
    here, elsewhere = {}, {}
    for operation in operations:
        if not (servers := operation.servers):
            continue
        near = [server for server in servers if origin_of_server(server) in known]
        if near:
            here[operation] = prefix + path_of_server(near[0])
        else:
            elsewhere[operation] = servers[0]
    return here, elsewhere
