"""Generators of arrays and objects."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

from openapi.examples.generation.draw import Draw
from openapi.examples.generation.generators import DEEPEST, ROUNDS, Compiler, ValueGenerator
from openapi.examples.generation.merged_schema import Impossible, MergedSchema
from openapi.examples.generation.naming import keys_for
from openapi.examples.generation.scalars import Unlucky
from openapi.http.json import write_json
from openapi.schemas import Schema

_MOST_ITEMS: Final = 10_000
# The probability of an optional property, by depth.
_PRESENT: Final = (1.0, 0.97, 0.9, 0.7, 0.5, 0.3)


class ArrayGenerator(ValueGenerator):
    """An array with the items of one generator."""

    complex = True

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, item: ValueGenerator) -> None:
        super().__init__(compiler, merged, name)
        self._item = item
        self._least = merged.least.get("Items", 0)
        self._most = merged.most.get("Items", _MOST_ITEMS)
        if self._least > min(self._most, _MOST_ITEMS):
            raise Impossible(
                merged.schemas[0], f"minItems {self._least} is more than a mock generates or maxItems allows"
            )

    def needs(self) -> Iterable[ValueGenerator]:
        """The generator of the items, if some are required."""
        return (self._item,) if self._least else ()

    def least_height(self) -> float:
        """One more than the height of its items, if some are required."""
        return 1 + self._item.height if self._least else 0

    def value(self, draw: Draw, depth: int, room: float) -> list[Any]:
        """The required number of items, or two or three if there is room."""
        count = self._count(draw, depth, room)
        items: list[Any] = []
        seen: set[bytes] = set()
        familiar, subject = draw.familiar, draw.subject
        for _ in range(count * ROUNDS if self.merged.unique else count):
            if len(items) == count:
                break
            item = self._item.make(draw, depth + 1, room / count)
            # The next item has another subject.
            draw.begin_subject()
            key = write_json(item, sort_keys=True) if self.merged.unique else b""
            draw.familiar = 0.2  # one item as the contract's example has it is enough
            if not self.merged.unique or key not in seen:
                items.append(item)
                seen.add(key)
        draw.familiar, draw.subject = familiar, subject
        if len(items) < self._least:
            raise Unlucky(f"{self._least} different items were not found")
        return items

    def _count(self, draw: Draw, depth: int, room: float) -> int:
        if self._most == 0 or (not self._least and (room < 1 or depth + 1 + self._item_height() > DEEPEST)):
            return self._least
        usual = 1 if draw.minimal else 2 if draw.plain else draw.random.randint(1, 3 if depth < 2 else 2)
        if draw.careful and not self._least:
            usual = draw.random.randint(0, usual)
        return min(max(usual, self._least), self._most)

    def _item_height(self) -> float:
        if not self._item.settled:
            self._item = self.compiler.generator(self.merged.items, self.name, self.merged.title)
        return self._item.height


class ObjectGenerator(ValueGenerator):
    """An object with a generator for each property."""

    complex = True

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str) -> None:
        super().__init__(compiler, merged, name)
        self._declared = {each: schemas for each in merged.declared() if (schemas := merged.property(each)) is not None}
        self._children: dict[str, ValueGenerator] = {}
        self._least = merged.least.get("Properties", 0)
        self._most = merged.most.get("Properties", _MOST_ITEMS)
        self._is_map = not self._declared and any(
            isinstance(additional, Schema) and additional.keywords for _, additional in merged.additional
        )
        for required in merged.required:
            if required not in self._declared and merged.property(required) is None:
                raise Impossible(merged.schemas[0], f"the property {required!r} is required but not allowed")
        if self._least > min(self._most, _MOST_ITEMS) or len(merged.required) > self._most:
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
        self._widen(chosen, left_out, depth, room)
        self._narrow(chosen)
        return chosen

    def _presence(self, draw: Draw, depth: int) -> float:
        """The probability of an optional property. If none is required, an object without any would be empty."""
        if draw.minimal and self.merged.required:
            return 0.0
        return 0.5 if draw.careful else 1.0 if draw.plain else _PRESENT[min(depth, len(_PRESENT) - 1)]

    def _widen(
        self, chosen: dict[str, ValueGenerator], left_out: dict[str, ValueGenerator], depth: int, room: float
    ) -> None:
        """Add properties up to `minProperties`, and a few entries to a map."""
        for name, generator in sorted(left_out.items(), key=lambda item: item[1].height):
            if len(chosen) >= self._least:
                break
            chosen[name] = generator
        wanted = max(self._least, 2 if self._is_map and room >= 1 else 0)
        candidates = (*keys_for(self.name), *(f"key-{number}" for number in range(1, wanted + 1)))
        for key in candidates:
            if len(chosen) >= wanted or self.merged.property(key) is None:
                break
            if key in chosen or key in self._declared or key in self.merged.properties:
                continue
            generator = self._child(key)
            if len(chosen) < self._least or depth + 1 + generator.height <= DEEPEST:
                chosen[key] = generator
        if len(chosen) < self._least:
            raise Unlucky(f"minProperties {self._least} is more than the properties that are allowed")

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
