"""Passes the validated parameters and body of a request to a handler as arguments."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import Any, Final

from starlette.exceptions import HTTPException

from openapi.contract import Operation
from openapi.engine.endpoints import Incoming
from openapi.http.messages import fields_from
from openapi.parameters.request_parts import RequestParts
from openapi.validation import MISSING, RequestReader, refusal_of

# The start of a word in a camel case name: `X|Request|ID|Of|Call2|Me`.
_WORD: Final = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z\d])(?=[A-Z])")
_OPENING: Final = re.compile(r"\[(?!\])")
_NOT_OF_NAMES: Final = re.compile(r"[^0-9a-zA-Z_]")


def argument_name(parameter: str) -> str:
    """The name of the argument for a parameter, as in Connexion: in snake case, with an underscore after keywords and
    built-in names of Python (``X-Request-ID`` is ``x_request_id``, ``as`` is ``as_``)."""
    name = _WORD.sub("_", parameter).replace("-", "_").lower()
    if keyword.iskeyword(name) or name in vars(builtins):
        name += "_"
    return _NOT_OF_NAMES.sub("", _OPENING.sub("_", name)).lstrip("0123456789")


class Arguments:
    """The arguments that an operation takes from a request; `names` are their names in the handler."""

    def __init__(self, operation: Operation, max_body: int) -> None:
        self._max_body = max_body
        self._reader = RequestReader(operation)
        self._names = {parameter: argument_name(parameter.name) for parameter in operation.parameters}
        names = [*self._names.values(), *(["body"] if operation.body is not None else [])]
        self.names = frozenset(names)
        # Names of more than one argument, for example in the path and in the query: a handler could get only one of
        # them.
        self.ambiguous = tuple(name for name in dict.fromkeys(names) if names.count(name) > 1)
        # Arguments that a request can omit: a handler needs a default for them, or does not take them.
        self.optional = frozenset(
            name for parameter, name in self._names.items() if not parameter.required and not parameter.has_default
        ) | ({"body"} if operation.body is not None and not operation.body.required else frozenset())
        self.empty = self._reader.is_empty

    async def read(self, incoming: Incoming) -> dict[str, Any]:
        """The arguments of one request by name, without absent optional ones.

        Raises HTTPException: 400 if one is missing or breaks its schema, 415 for an undeclared media type, 413 for a
        body that is too large.
        """
        body = await incoming.read(self._max_body) if self._reader.takes_body else None
        reading = self._reader.read(parts_of(incoming), body)
        if reading.violations:
            raise HTTPException(*refusal_of(reading.violations))
        arguments = {self._names[parameter]: value for parameter, value in reading.values.items()}
        if reading.body is not MISSING:
            arguments["body"] = reading.body
        return arguments


def parts_of(incoming: Incoming) -> RequestParts:
    """The parts of a request that contain parameters."""
    return RequestParts(
        incoming.raw_path.decode("latin-1"),
        incoming.path_values,
        incoming.query.decode("utf-8", "replace"),
        fields_from(incoming.headers),
    )
