"""Generators of objects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, Final

from openapi.examples.generation.draw import Draw
from openapi.examples.generation.generators import DEEPEST, MOST_PARTS, Compiler, ValueGenerator
from openapi.examples.generation.merged_schema import Impossible, MergedSchema
from openapi.examples.generation.naming import keys_for
from openapi.examples.generation.patterns import Pattern, PatternError
from openapi.examples.generation.scalars import Unlucky

# The probability of an optional property, by depth.
_PRESENT: Final = (1.0, 0.97, 0.9, 0.7, 0.5, 0.3)


class ObjectGenerator(ValueGenerator):
    """An object with a generator for each property."""

    complex = True

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str) -> None:
        super().__init__(compiler, merged, name)
        self._declared = {each: schemas for each in merged.declared() if (schemas := merged.property(each)) is not None}
        self._children: dict[str, ValueGenerator] = {}
        self._least = merged.least.get("Properties", 0)
        self._most = merged.most.get("Properties", MOST_PARTS)
        self._is_map = not self._declared and merged.is_map
        for required in merged.required:
            if required not in self._declared and merged.property(required) is None:
                raise Impossible(merged.schemas[0], f"the property {required!r} is required but not allowed")
        if self._least > min(self._most, MOST_PARTS) or len(merged.required) > self._most:
            reason = f"between {self._least} and {self._most} properties, {len(merged.required)} of them required"
            raise Impossible(merged.schemas[0], f"no object has {reason}")

    def needs(self) -> Iterable[ValueGenerator]:
        """The required properties."""
        for name in self.merged.required:
            if name not in self._children:
                schemas = self._declared.get(name) or self.merged.property(name) or []
                self._children[name] = self.compiler.unsettled(schemas, name, self._title)
            yield self._children[name]

    def least_height(self) -> float:
        """One more than the highest of its required properties."""
        return 1 + max((self._children[name].height for name in self.merged.required), default=-1)

    @property
    def _title(self) -> str:
        return self.merged.title or self.name

    def value(self, draw: Draw, depth: int, room: float) -> dict[str, Any]:
        """The required properties, and optional ones while there is room."""
        names = self._chosen(draw, depth, room)
        before = draw.begin_subject()
        heavy = sum(generator.complex for generator in names.values())
        share = max(0.0, (room - len(names)) / heavy) if heavy else 0.0
        result: dict[str, Any] = {}
        for name, generator in names.items():
            if self._is_map:
                draw.begin_subject()  # each entry has another subject
            result[name] = generator.make(draw, depth + 1, share)
        draw.subject = before
        return result

    def _chosen(self, draw: Draw, depth: int, room: float) -> dict[str, ValueGenerator]:
        present = self._presence(draw, depth)
        chosen: dict[str, ValueGenerator] = {}
        left_out: dict[str, ValueGenerator] = {}
        for name in self._declared:
            generator = self._child(name)
            fits = depth + 1 + generator.height <= DEEPEST and len(chosen) + 2 * generator.complex < room
            if name in self.merged.required or (fits and draw.chance(present)):
                chosen[name] = generator
            elif generator.height < math.inf:
                left_out[name] = generator
        chosen |= {name: self._child(name) for name in self.merged.required if name not in chosen}
        self._complete(chosen)
        self._widen(draw, chosen, left_out, depth, room)
        self._narrow(chosen)
        return chosen

    def _complete(self, chosen: dict[str, ValueGenerator]) -> None:
        """Add the properties that chosen ones require (`dependentRequired`)."""
        pending = list(chosen)
        while pending:
            for name in self.merged.dependents.get(pending.pop(), ()):
                if name not in chosen and self.merged.property(name) is not None:
                    chosen[name] = self._child(name)
                    pending.append(name)

    def _presence(self, draw: Draw, depth: int) -> float:
        """The probability of an optional property. If none is required, an object without any would be empty."""
        if draw.minimal and self.merged.required:
            return 0.0
        return 0.5 if draw.careful else 1.0 if draw.plain else _PRESENT[min(depth, len(_PRESENT) - 1)]

    def _widen(
        self,
        draw: Draw,
        chosen: dict[str, ValueGenerator],
        left_out: dict[str, ValueGenerator],
        depth: int,
        room: float,
    ) -> None:
        """Add properties up to `minProperties`, and a few entries to a map."""
        for name, generator in sorted(left_out.items(), key=lambda item: item[1].height):
            if len(chosen) >= self._least:
                break
            chosen[name] = generator
        wanted = max(self._least, 2 if self._is_map and room >= 1 else 0)
        for key in self._keys(draw, wanted):
            if len(chosen) >= wanted:
                break
            if (
                self.merged.property(key) is None
                or key in chosen
                or key in self._declared
                or key in self.merged.properties
            ):
                continue
            generator = self._child(key)
            if len(chosen) < self._least or depth + 1 + generator.height <= DEEPEST:
                chosen[key] = generator
        if len(chosen) < self._least:
            raise Unlucky(f"minProperties {self._least} is more than the properties that are allowed")

    def _keys(self, draw: Draw, wanted: int) -> Iterator[str]:
        """Names for entries of a map, those of its patterns first."""
        for pattern, _ in self.merged.patterned:
            try:
                text = Pattern(pattern).text
            except PatternError:
                continue
            yield from (text(draw.random, attempt % 7) for attempt in range(3 * wanted))
        if self.merged.names:
            names = self.compiler.generator(self.merged.names, "key", self._title)
            yield from (str(names.make(draw, DEEPEST, 1)) for _ in range(3 * wanted))
            return
        yield from keys_for(self.name)
        yield from (f"key-{number}" for number in range(1, wanted + 1))

    def _narrow(self, chosen: dict[str, ValueGenerator]) -> None:
        """Remove properties down to `maxProperties`, the last first."""
        for name in [name for name in reversed(chosen) if name not in self.merged.required]:
            if len(chosen) <= self._most:
                break
            del chosen[name]

    def _child(self, name: str) -> ValueGenerator:
        generator = self._children.get(name)
        if generator is None or not generator.settled:
            schemas = self._declared.get(name) or self.merged.property(name) or []
            generator = self._children[name] = self.compiler.generator(schemas, name, self._title)
        return generator
