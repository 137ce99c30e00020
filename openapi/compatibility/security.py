"""Compares what operations require of their callers."""

from __future__ import annotations

from openapi.compatibility.flow import OperationPair
from openapi.contract.required_security import RequiredCredentials, RequiredScheme


def compare_security(pair: OperationPair) -> None:
    """Compare the alternatives: each of the older ones must still be enough. Schemes are the same if they mean the
    same, whatever their names."""
    old = pair.old_contract.required_security(pair.old) or ((),)
    new = pair.new_contract.required_security(pair.new) or ((),)
    old_place, new_place = pair.old.security_pointer, pair.new.security_pointer
    for credentials in old:
        if not any(_is_enough(credentials, wanted) for wanted in new):
            text = f"{_text(credentials)} is not enough any more; the operation requires {_alternatives(new)}"
            pair.add("security-narrowed", text, key=_text(credentials), old=old_place, new=new_place)
    for credentials in new:
        if not any(_is_enough(credentials, wanted) for wanted in old):
            pair.add(
                "security-widened",
                f"{_text(credentials)} is enough",
                key=_text(credentials),
                old=old_place,
                new=new_place,
            )
    _compare_flows(pair, old, new)


def _is_enough(given: RequiredCredentials, wanted: RequiredCredentials) -> bool:
    """Whether credentials for `given` satisfy `wanted`."""
    return all(any(_covers(scheme, each) for scheme in given) for each in wanted)


def _covers(given: RequiredScheme, wanted: RequiredScheme) -> bool:
    same = (given.kind.type, given.kind.detail) == (wanted.kind.type, wanted.kind.detail)
    return same and wanted.scopes <= given.scopes


def _text(credentials: RequiredCredentials) -> str:
    texts = [
        scheme.kind.text + (f" with {', '.join(sorted(scheme.scopes))}" if scheme.scopes else "")
        for scheme in sorted(credentials, key=lambda each: each.kind.text)
    ]
    return " and ".join(texts) or "a request without credentials"


def _alternatives(alternatives: tuple[RequiredCredentials, ...]) -> str:
    return " or ".join(map(_text, alternatives))


def _compare_flows(
    pair: OperationPair, old: tuple[RequiredCredentials, ...], new: tuple[RequiredCredentials, ...]
) -> None:
    """Compare the flows of the OAuth schemes that both contracts use."""
    schemes = [scheme for credentials in new for scheme in credentials if scheme.kind.type == "oauth2"]
    for before in [scheme for credentials in old for scheme in credentials if scheme.kind.type == "oauth2"]:
        named = [each for each in schemes if each.name == before.name] or schemes
        if not named:
            continue
        after = named[0]
        known = frozenset(flow for each in schemes for flow in each.kind.flows)
        for flow in sorted(before.kind.flows - known):
            text = f"the OAuth flow {flow[0]} was removed or has other URLs"
            pair.add("security-flow-removed", text, old=before.pointer, new=after.pointer, key=" ".join(flow))
        for scope in sorted(
            before.kind.known_scopes - frozenset(s for each in schemes for s in each.kind.known_scopes)
        ):
            text = f"the OAuth scope {scope} was removed"
            pair.add("security-scope-removed", text, old=before.pointer, new=after.pointer, key=scope)
        for flow in sorted(after.kind.flows - before.kind.flows):
            if flow[0] not in {each[0] for each in before.kind.flows}:
                text = f"the OAuth flow {flow[0]} was added"
                pair.add("security-flow-added", text, old=before.pointer, new=after.pointer, key=" ".join(flow))
