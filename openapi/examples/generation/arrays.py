"""Generators of arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openapi.examples.generation.draw import Draw
from openapi.examples.generation.generators import DEEPEST, MOST_PARTS, ROUNDS, Compiler, ValueGenerator
from openapi.examples.generation.merged_schema import Impossible, MergedSchema
from openapi.examples.generation.scalars import Unlucky
from openapi.http.json import write_json


class ArrayGenerator(ValueGenerator):
    """An array: items with a schema each (`prefixItems`), then items of one schema, of which some can have another one
    too (`contains`)."""

    complex = True

    def __init__(self, compiler: Compiler, merged: MergedSchema, name: str, parent: str) -> None:
        super().__init__(compiler, merged, name)
        self._parent = merged.title or parent
        wanted = sum(count for _, count in merged.contained)
        prefix = merged.prefix_length
        self._least = max(merged.least.get("Items", 0), prefix + wanted if wanted else 0)
        self._most = merged.most.get("Items", MOST_PARTS)
        if self._least > min(self._most, MOST_PARTS):
            raise Impossible(
                merged.schemas[0], f"minItems {self._least} is more than a mock generates or maxItems allows"
            )
        self._first = [self._of(merged.items_at(index)) for index in range(min(prefix, MOST_PARTS))]
        self._item = self._of(merged.items_at(merged.prefix_length))
        # One generator for each item that must satisfy a `contains` too.
        self._wanted = [
            self._of([schema, *merged.items_at(merged.prefix_length)])
            for schema, count in merged.contained
            for _ in range(count)
        ]

    def _of(self, schemas: list[Any]) -> ValueGenerator:
        return self.compiler.unsettled(schemas, self.name, self._parent)

    def _at(self, index: int) -> ValueGenerator:
        if index < len(self._first):
            return self._first[index]
        wanted = index - len(self._first)
        return self._wanted[wanted] if wanted < len(self._wanted) else self._item

    def needs(self) -> Iterable[ValueGenerator]:
        """The generators of the required items."""
        return list({id(each): each for each in map(self._at, range(self._least))}.values())

    def least_height(self) -> float:
        """One more than the height of its required items."""
        return 1 + max((each.height for each in self.needs()), default=-1)

    def value(self, draw: Draw, depth: int, room: float) -> list[Any]:
        """The required number of items, or two or three if there is room."""
        count = self._count(draw, depth, room)
        items: list[Any] = []
        seen: set[bytes] = set()
        familiar, subject = draw.familiar, draw.subject
        for _ in range(count * ROUNDS if self.merged.unique else count):
            if len(items) == count:
                break
            item = self._settled(len(items)).make(draw, depth + 1, room / count)
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
        most = min(self._most, self._longest(depth))
        if most == 0 or (not self._least and room < 1):
            return self._least
        usual = 1 if draw.minimal else 2 if draw.plain else draw.random.randint(1, 3 if depth < 2 else 2)
        usual = max(usual, len(self._first))
        if draw.careful and not self._least:
            usual = draw.random.randint(0, usual)
        return min(max(usual, self._least), max(most, self._least))

    def _longest(self, depth: int) -> int:
        """How many items can be made without nesting too deeply."""
        for index in range(len(self._first) + len(self._wanted) + 1):
            if depth + 1 + self._settled(index).height > DEEPEST:
                return index
        return MOST_PARTS

    def _settled(self, index: int) -> ValueGenerator:
        generator = self._at(index)
        if not generator.settled:
            self.compiler.settle(generator)
        return generator
