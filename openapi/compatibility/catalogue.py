"""The catalogue: every kind of change, with its level, the reason for it, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from openapi.compatibility.changes import ChangeDirection, ChangeLevel, ChangeRule

_BREAKING, _RISKY = ChangeLevel.BREAKING, ChangeLevel.RISKY
_COMPATIBLE, _UNCHANGED = ChangeLevel.COMPATIBLE, ChangeLevel.UNCHANGED
_REQUEST, _RESPONSE, _BOTH = ChangeDirection.REQUEST, ChangeDirection.RESPONSE, ChangeDirection.BOTH


@dataclass(frozen=True)
class SchemaKind:
    """A kind of difference between schemas, which makes the rules of both directions. `undecidable` says why the
    relation of the sets can stay open, "" if it never does."""

    id: str
    name: str
    undecidable: str = ""


_PATTERNS: Final = "whether one regular expression allows all that another one allows is not decided in general"
_LOGIC: Final = "a difference under a condition can admit values and exclude others"
SCHEMA_KINDS: Final = (
    SchemaKind("type", "types"),
    SchemaKind("null", "null"),
    SchemaKind("enum", "listed values"),
    SchemaKind("format", "format", "a validator does not know what the format allows"),
    SchemaKind("pattern", "pattern", _PATTERNS),
    SchemaKind("min-length", "minLength"),
    SchemaKind("max-length", "maxLength"),
    SchemaKind("minimum", "minimum"),
    SchemaKind("maximum", "maximum"),
    SchemaKind("multiple-of", "multipleOf"),
    SchemaKind("min-items", "minItems"),
    SchemaKind("max-items", "maxItems"),
    SchemaKind("unique-items", "uniqueItems"),
    SchemaKind("contains", "contains", _LOGIC),
    SchemaKind("unevaluated-items", "unevaluatedItems", _LOGIC),
    SchemaKind("required", "required properties"),
    SchemaKind("property-removed", "properties that closed objects allow"),
    SchemaKind("property-added", "properties of closed objects"),
    SchemaKind("required-property-dropped", "required properties that are declared"),
    SchemaKind("additional-properties", "undeclared properties"),
    SchemaKind("pattern-properties", "patternProperties"),
    SchemaKind("dependent", "dependent properties", _LOGIC),
    SchemaKind("min-properties", "minProperties"),
    SchemaKind("max-properties", "maxProperties"),
    SchemaKind("branch", "alternatives"),
    SchemaKind("discriminator", "values of the discriminator"),
    SchemaKind("not", "excluded values", _LOGIC),
    SchemaKind("condition", "conditions", _LOGIC),
)

_REFUSED: Final = "A client that keeps to the older contract sends values that are refused now."
_SURPRISED: Final = "A client that keeps to the older contract receives values that it does not expect."
_MORE: Final = "All requests of the older contract stay valid."
_LESS: Final = "All answers of the newer contract are known to the clients of the older one."
_IGNORED: Final = "The open object still allows the property, but the server may ignore it: policies differ."
_VERSION: Final = "Accept the older values too until clients have moved, or offer a new operation."
_KEEP: Final = "Keep sending what the older contract allows, or send the new values only to clients that ask for them."


def _of_schemas() -> Iterator[ChangeRule]:
    for kind in SCHEMA_KINDS:
        for message, direction in (("request", _REQUEST), ("response", _RESPONSE)):
            stem, name = f"{message}-{kind.id}", f"{kind.name} of a {message}"
            is_request = direction is _REQUEST
            narrowed, widened = (_BREAKING, _COMPATIBLE) if is_request else (_COMPATIBLE, _BREAKING)
            yield ChangeRule(
                f"{stem}-narrowed", narrowed, direction, f"{name}: fewer values",
                _REFUSED if is_request else _LESS, _VERSION if is_request else "",
            )  # fmt: skip
            if kind.id == "required-property-dropped" and is_request:
                yield ChangeRule(f"{stem}-widened", _RISKY, direction, f"{name}: more values", _IGNORED, _VERSION)
                continue
            yield ChangeRule(
                f"{stem}-widened", widened, direction, f"{name}: more values",
                _MORE if is_request else _SURPRISED, "" if is_request else _KEEP,
            )  # fmt: skip
            if kind.undecidable:
                why = f"The relation of the two sets is open: {kind.undecidable}."
                yield ChangeRule(f"{stem}-undecided", _RISKY, direction, f"{name}: other values", why, _VERSION)


def _rule(
    id: str, level: ChangeLevel, direction: ChangeDirection, title: str, why: str, instead: str = ""
) -> ChangeRule:
    return ChangeRule(id, level, direction, title, why, instead)


_OTHERS: Final = (
    # Schemas, where the set of values stays the same.
    _rule("request-property-declared", _COMPATIBLE, _REQUEST, "optional property of a request added", _MORE),
    _rule("response-property-declared", _COMPATIBLE, _RESPONSE, "property of a response added",
          "Clients ignore properties that they do not know, unless the older schema forbids them."),
    _rule("request-property-dropped", _RISKY, _REQUEST, "optional property of a request removed",
          _IGNORED, "Declare the property as deprecated, and go on reading it."),
    _rule("response-property-dropped", _RISKY, _RESPONSE, "optional property of a response removed",
          "Clients must do without an optional property already, but many rely on it: policies differ.",
          "Declare the property as deprecated, and go on sending it."),
    _rule("request-property-retired", _COMPATIBLE, _REQUEST, "property of a request removed after its x-sunset date",
          "Clients were told the date of the removal."),
    _rule("response-property-retired", _COMPATIBLE, _RESPONSE, "property of a response removed after its x-sunset date",
          "Clients were told the date of the removal."),
    _rule("request-enum-extended", _COMPATIBLE, _REQUEST, "open enumeration of a request extended", _MORE),
    _rule("response-enum-extended", _COMPATIBLE, _RESPONSE, "open enumeration of a response extended",
          "x-extensible-enum tells clients to expect values that they do not know."),
    _rule("request-discriminator", _COMPATIBLE, _REQUEST, "discriminator of a request added or removed",
          "A discriminator is a hint: the branches decide which values are valid."),
    _rule("response-discriminator", _COMPATIBLE, _RESPONSE, "discriminator of a response added or removed",
          "A discriminator is a hint: the branches decide which values are valid."),
    # Operations.
    _rule("path-removed", _BREAKING, _REQUEST, "path removed", "All requests to the path fail.",
          "Declare its operations as deprecated with x-sunset, and remove them after that date."),
    _rule("operation-removed", _BREAKING, _REQUEST, "operation removed", "All requests to the operation fail.",
          "Declare the operation as deprecated with x-sunset, and remove it after that date."),
    _rule("operation-retired", _COMPATIBLE, _REQUEST, "deprecated operation removed after its x-sunset date",
          "Clients were told the date of the removal."),
    _rule("operation-added", _COMPATIBLE, _REQUEST, "operation added", _MORE),
    _rule("operation-shadowed", _RISKY, _REQUEST, "path added that takes requests from a template",
          "Requests whose path parameter has this value reach another operation now.",
          "Choose a path that no template of the older contract matches."),
    _rule("draft-changed", _COMPATIBLE, _BOTH, "draft changed or removed",
          "The older contract declares the operation as a draft, which may change in any way."),
    _rule("operation-id-changed", _UNCHANGED, _REQUEST, "operationId changed",
          "It is never sent; only clients that are generated again get another name for the function."),
    _rule("operation-deprecated", _COMPATIBLE, _REQUEST, "operation deprecated", "It works until it is removed."),
    _rule("operation-undeprecated", _COMPATIBLE, _REQUEST, "operation no longer deprecated", _MORE),
    _rule("operation-became-draft", _RISKY, _REQUEST, "operation became a draft",
          "Its later changes will not be judged.", "Keep its stability."),
    _rule("documentation-changed", _UNCHANGED, _BOTH, "documentation changed",
          "Descriptions, titles, tags and examples do not change what is sent."),
    _rule("wording-changed", _UNCHANGED, _BOTH, "other words, same meaning",
          "References, names and the way of writing do not change what is sent."),
    # Parameters.
    _rule("request-parameter-removed", _RISKY, _REQUEST, "parameter removed",
          "The contract does not say whether the server refuses or ignores it: policies differ.",
          "Declare the parameter as deprecated, and go on reading it."),
    _rule("request-parameter-retired", _COMPATIBLE, _REQUEST, "deprecated parameter removed after its x-sunset date",
          "Clients were told the date of the removal."),
    _rule("request-parameter-added", _COMPATIBLE, _REQUEST, "optional parameter added", _MORE),
    _rule("request-required-parameter-added", _BREAKING, _REQUEST, "required parameter added",
          "Requests without it are refused.", "Make the parameter optional, with a default."),
    _rule("request-parameter-required", _BREAKING, _REQUEST, "parameter became required",
          "Requests without it are refused.", "Keep the parameter optional, with a default."),
    _rule("request-parameter-optional", _COMPATIBLE, _REQUEST, "parameter became optional", _MORE),
    _rule("request-parameter-serialization", _BREAKING, _REQUEST, "serialization of a parameter changed",
          "The server reads another value from the same request, or none.", "Add a parameter with another name."),
    _rule("request-parameter-reserved-narrowed", _BREAKING, _REQUEST, "allowReserved removed",
          "Reserved characters were allowed without encoding.", "Keep allowReserved."),
    _rule("request-parameter-reserved-widened", _COMPATIBLE, _REQUEST, "allowReserved added", _MORE),
    _rule("request-parameter-empty-narrowed", _BREAKING, _REQUEST, "allowEmptyValue removed",
          "Requests with the empty parameter are refused.", "Keep allowEmptyValue."),
    _rule("request-parameter-empty-widened", _COMPATIBLE, _REQUEST, "allowEmptyValue added", _MORE),
    _rule("request-default-changed", _RISKY, _REQUEST, "default of a request changed",
          "A request without the value is understood otherwise.", "Keep the default."),
    _rule("request-default-added", _COMPATIBLE, _REQUEST, "default of a request added",
          "The older contract did not say what an absent value means."),
    _rule("request-default-removed", _RISKY, _REQUEST, "default of a request removed",
          "The contract does not say any more what an absent value means.", "Keep the default."),
    # Bodies.
    _rule("request-body-removed", _RISKY, _REQUEST, "optional request body removed",
          "The contract does not say whether the server refuses or ignores a body: policies differ.",
          "Keep reading the body."),
    _rule("request-required-body-removed", _BREAKING, _REQUEST, "required request body removed",
          "The server refuses or ignores what every client sends.", "Keep reading the body."),
    _rule("request-body-added", _COMPATIBLE, _REQUEST, "optional request body added", _MORE),
    _rule("request-required-body-added", _BREAKING, _REQUEST, "required request body added",
          "Requests without a body are refused.", "Make the body optional."),
    _rule("request-body-required", _BREAKING, _REQUEST, "request body became required",
          "Requests without a body are refused.", "Keep the body optional."),
    _rule("request-body-optional", _COMPATIBLE, _REQUEST, "request body became optional", _MORE),
    _rule("request-media-type-removed", _BREAKING, _REQUEST, "media type of a request removed",
          "Bodies of this media type are refused with 415.", "Accept the media type until clients have moved."),
    _rule("request-media-type-added", _COMPATIBLE, _REQUEST, "media type of a request added", _MORE),
    _rule("request-encoding-changed", _BREAKING, _REQUEST, "encoding of a form changed",
          "The server reads the same form otherwise.", "Keep the encoding."),
    _rule("request-encoding-widened", _COMPATIBLE, _REQUEST, "media types of a form field added", _MORE),
    # Responses.
    _rule("response-range-narrowed", _COMPATIBLE, _RESPONSE, "range of statuses narrowed", _LESS),
    _rule("response-success-removed", _BREAKING, _RESPONSE, "success response removed",
          "Clients that wait for this status do not get it any more.", "Keep the status."),
    _rule("response-other-success-removed", _COMPATIBLE, _RESPONSE, "one of several success responses removed", _LESS),
    _rule("response-success-added", _BREAKING, _RESPONSE, "success response added",
          "Clients get an answer that the older contract does not have, where they expect a result.",
          "Send the new status only to clients that ask for it."),
    _rule("response-error-removed", _COMPATIBLE, _RESPONSE, "error response removed", _LESS),
    _rule("response-error-added", _RISKY, _RESPONSE, "error response added",
          "Clients handle every error by its class (RFC 9110 section 15), but some expect the declared ones alone: "
          "policies differ.", "Declare ranges or a default from the start."),
    _rule("response-media-type-removed", _BREAKING, _RESPONSE, "media type of a response removed",
          "Clients that accept only this media type get 406, or an answer that they cannot read.",
          "Keep the media type."),
    _rule("response-media-types-narrowed", _COMPATIBLE, _RESPONSE, "range of media types of a response narrowed",
          _LESS),
    _rule("response-media-types-widened", _BREAKING, _RESPONSE, "range of media types of a response widened",
          "Clients that accept the range get media types that they do not expect.", "Keep the media types."),
    _rule("request-media-types-narrowed", _BREAKING, _REQUEST, "range of media types of a request narrowed",
          "Bodies of the other media types are refused with 415.", "Keep the range."),
    _rule("request-media-types-widened", _COMPATIBLE, _REQUEST, "range of media types of a request widened", _MORE),
    _rule("response-media-type-added", _COMPATIBLE, _RESPONSE, "media type of a response added",
          "Clients name the media types that they accept (RFC 9110 section 12.5.1)."),
    _rule("response-header-added", _COMPATIBLE, _RESPONSE, "header of a response added",
          "Clients ignore headers that they do not know (RFC 9110 section 5.1)."),
    _rule("response-required-header-removed", _BREAKING, _RESPONSE, "required header of a response removed",
          "Clients rely on the header.", "Keep sending the header."),
    _rule("response-header-removed", _RISKY, _RESPONSE, "optional header of a response removed",
          "Clients must do without an optional header already, but many rely on it: policies differ.",
          "Keep sending the header."),
    _rule("response-header-optional", _BREAKING, _RESPONSE, "header of a response became optional",
          "Clients rely on the header.", "Keep sending the header."),
    _rule("response-header-required", _COMPATIBLE, _RESPONSE, "header of a response became required", _LESS),
    _rule("response-header-serialization", _BREAKING, _RESPONSE, "serialization of a header changed",
          "Clients read another value from the same header.", "Add a header with another name."),
    _rule("response-link-removed", _COMPATIBLE, _RESPONSE, "link removed", "A link is a hint on another operation."),
    _rule("response-link-added", _COMPATIBLE, _RESPONSE, "link added", "A link is a hint on another operation."),
    # Security and servers.
    _rule("security-narrowed", _BREAKING, _REQUEST, "credentials no longer accepted",
          "Clients with these credentials get 401 or 403.", "Accept the older credentials as an alternative."),
    _rule("security-widened", _COMPATIBLE, _REQUEST, "other credentials accepted", _MORE),
    _rule("security-flow-removed", _BREAKING, _REQUEST, "OAuth flow removed or moved",
          "Clients get no token by this flow.", "Keep the flow and its URLs."),
    _rule("security-scope-removed", _BREAKING, _REQUEST, "OAuth scope removed",
          "Clients that ask for the scope get no token.", "Keep the scope."),
    _rule("security-flow-added", _COMPATIBLE, _REQUEST, "OAuth flow added", _MORE),
    _rule("server-removed", _BREAKING, _REQUEST, "address of a server removed",
          "Requests to the address fail.", "Keep the address, and redirect its requests."),
    _rule("server-added", _COMPATIBLE, _REQUEST, "address of a server added", _MORE),
    _rule("server-default-changed", _COMPATIBLE, _REQUEST, "default of a server variable changed",
          "The older value stays allowed."),
    # Requests of the server.
    _rule("callback-removed", _BREAKING, _REQUEST, "callback or webhook removed",
          "Clients wait for requests that do not come.", "Keep sending it until clients have moved."),
    _rule("callback-added", _COMPATIBLE, _REQUEST, "callback or webhook added",
          "Only clients that subscribe to it get its requests."),
    _rule("callback-address-changed", _BREAKING, _REQUEST, "address of a callback changed",
          "The requests go to an address that clients do not expect.", "Keep the expression."),
)  # fmt: skip

RULES: Final[Mapping[str, ChangeRule]] = {rule.id: rule for rule in (*_of_schemas(), *_OTHERS)}
