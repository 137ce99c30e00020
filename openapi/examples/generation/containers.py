"""Arrays and objects, made of nodes for what they hold."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import orjson

from openapi.examples.generation.draw import Draw
from openapi.examples.generation.naming import keys_for
from openapi.examples.generation.nodes import DEEPEST, ROUNDS, Node, Plans
from openapi.examples.generation.scalars import Unlucky
from openapi.examples.generation.shapes import Impossible, Shape

_MOST_ITEMS: Final = 10_000
# How likely an optional property is there, by depth.
_PRESENT: Final = (1.0, 0.97, 0.9, 0.7, 0.5, 0.3)


class Array(Node):
    """Items of one node."""

    complex = True

    def __init__(self, plans: Plans, shape: Shape, name: str, item: Node) -> None:
        super().__init__(plans, shape, name)
        self._item = item
        self._least = shape.least.get("Items", 0)
        self._most = shape.most.get("Items", _MOST_ITEMS)
        if self._least > min(self._most, _MOST_ITEMS):
            raise Impossible(shape.schemas[0], f"minItems {self._least} is more than a mock makes or maxItems allows")

    def needs(self) -> Iterable[Node]:
        """The items, where there must be some."""
        return (self._item,) if self._least else ()

    def least_height(self) -> float:
        """One more than its items, where there must be some."""
        return 1 + self._item.height if self._least else 0

    def value(self, draw: Draw, depth: int, room: float) -> list[Any]:
        """As many items as there must be, and two or three where there is room."""
        count = self._count(draw, depth, room)
        items: list[Any] = []
        seen: set[bytes] = set()
        familiar, subject = draw.familiar, draw.subject
        for _ in range(count * ROUNDS if self.shape.unique else count):
            if len(items) == count:
                break
            item = self._item.make(draw, depth + 1, room / count)
            # The next is about somebody else.
            draw.begin_subject()
            key = orjson.dumps(item, option=orjson.OPT_SORT_KEYS) if self.shape.unique else b""
            draw.familiar = 0.2  # one item as the contract's example has it is enough
            if not self.shape.unique or key not in seen:
                items.append(item)
                seen.add(key)
        draw.familiar, draw.subject = familiar, subject
        if len(items) < self._least:
            raise Unlucky(f"{self._least} different items were not found")
        return items

    def _count(self, draw: Draw, depth: int, room: float) -> int:
        if self._most == 0 or (not self._least and (room < 1 or depth + 1 + self._item_height() > DEEPEST)):
            return self._least
        usual = 2 if draw.plain else draw.random.randint(1, 3 if depth < 2 else 2)
        if draw.careful and not self._least:
            usual = draw.random.randint(0, usual)
        return min(max(usual, self._least), self._most)

    def _item_height(self) -> float:
        if not self._item.settled:
            self._item = self.plans.node(self.shape.items, self.name, self.shape.title)
        return self._item.height


class Object(Node):
    """Properties, each with a node of its own."""

    complex = True

    def __init__(self, plans: Plans, shape: Shape, name: str) -> None:
        super().__init__(plans, shape, name)
        self._declared = {each: schemas for each in shape.declared() if (schemas := shape.property(each)) is not None}
        self._children: dict[str, Node] = {}
        self._least = shape.least.get("Properties", 0)
        self._most = shape.most.get("Properties", _MOST_ITEMS)
        self._is_map = not self._declared and any(
            isinstance(additional, dict) and additional for _, additional in shape.additional
        )
        for required in shape.required:
            if required not in self._declared and shape.property(required) is None:
                raise Impossible(shape.schemas[0], f"the property {required!r} is required and not allowed")
        if self._least > min(self._most, _MOST_ITEMS) or len(shape.required) > self._most:
            reason = f"between {self._least} and {self._most} properties, {len(shape.required)} of them required"
            raise Impossible(shape.schemas[0], f"no object has {reason}")

    def needs(self) -> Iterable[Node]:
        """The required properties."""
        for name in self.shape.required:
            if name not in self._children:
                schemas = self._declared.get(name) or self.shape.property(name) or []
                self._children[name] = self.plans.unsettled(schemas, name, self._title)
            yield self._children[name]

    def least_height(self) -> float:
        """One more than the highest of its required properties."""
        return 1 + max((self._children[name].height for name in self.shape.required), default=-1)

    @property
    def _title(self) -> str:
        return self.shape.title or self.name

    def value(self, draw: Draw, depth: int, room: float) -> dict[str, Any]:
        """The required properties, and of the others what there is room for."""
        names = self._chosen(draw, depth, room)
        before = draw.begin_subject()
        heavy = sum(node.complex for node in names.values())
        share = max(0.0, (room - len(names)) / heavy) if heavy else 0.0
        result: dict[str, Any] = {}
        for name, node in names.items():
            if self._is_map:
                draw.begin_subject()  # each entry is about somebody else
            result[name] = node.make(draw, depth + 1, share)
        draw.subject = before
        return result

    def _chosen(self, draw: Draw, depth: int, room: float) -> dict[str, Node]:
        present = 0.5 if draw.careful else 1.0 if draw.plain else _PRESENT[min(depth, len(_PRESENT) - 1)]
        chosen: dict[str, Node] = {}
        left_out: dict[str, Node] = {}
        for name in self._declared:
            node = self._child(name)
            fits = depth + 1 + node.height <= DEEPEST and len(chosen) + 2 * node.complex < room
            if name in self.shape.required or (fits and draw.chance(present)):
                chosen[name] = node
            elif node.height < math.inf:
                left_out[name] = node
        chosen |= {name: self._child(name) for name in self.shape.required if name not in chosen}
        self._widen(chosen, left_out, depth, room)
        self._narrow(chosen)
        return chosen

    def _widen(self, chosen: dict[str, Node], left_out: dict[str, Node], depth: int, room: float) -> None:
        """Add what `minProperties` demands, and to a map a few entries."""
        for name, node in sorted(left_out.items(), key=lambda item: item[1].height):
            if len(chosen) >= self._least:
                break
            chosen[name] = node
        wanted = max(self._least, 2 if self._is_map and room >= 1 else 0)
        candidates = (*keys_for(self.name), *(f"key-{number}" for number in range(1, wanted + 1)))
        for key in candidates:
            if len(chosen) >= wanted or self.shape.property(key) is None:
                break
            if key in chosen or key in self._declared or key in self.shape.properties:
                continue
            node = self._child(key)
            if len(chosen) < self._least or depth + 1 + node.height <= DEEPEST:
                chosen[key] = node
        if len(chosen) < self._least:
            raise Unlucky(f"minProperties {self._least} is more than the properties that are allowed")

    def _narrow(self, chosen: dict[str, Node]) -> None:
        """Take away what `maxProperties` forbids, the last first."""
        for name in [name for name in reversed(chosen) if name not in self.shape.required]:
            if len(chosen) <= self._most:
                break
            del chosen[name]

    def _child(self, name: str) -> Node:
        node = self._children.get(name)
        if node is None or not node.settled:
            schemas = self._declared.get(name) or self.shape.property(name) or []
            node = self._children[name] = self.plans.node(schemas, name, self._title)
        return node
