"""The steps of a check, each of which is run for many operations, in parallel on the workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from openapi.check.client.sendable import NotSendable
from openapi.check.options import Options
from openapi.check.provocations import Provocation
from openapi.check.resources.families import Family
from openapi.contract import Operation

T = TypeVar("T")


class Steps:
    """Runs steps and reports their progress. `stop` makes the running ones end at their next request; `unsendable` is
    called with the operation of an item whose request HTTP cannot send, and the reason. `current` is the name of the
    step that runs."""

    def __init__(
        self, options: Options, stop: Callable[[], object], unsendable: Callable[[str, NotSendable], object]
    ) -> None:
        self._options = options
        self._stop = stop
        self._unsendable = unsendable
        self.current = "start"

    def each(self, items: Sequence[T], what: str, step: Callable[[T], object]) -> None:
        """Run a step for each item. An exception ends the step for all, and is raised again."""
        self.current = what
        self._options.progress(what, 0, len(items))
        pool = ThreadPoolExecutor(self._options.workers)
        futures = [pool.submit(self._one, step, item) for item in items]
        try:
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                self._options.progress(what, done, len(items))
        except BaseException as error:
            # Running steps end at their next request. After a signal, the reports do not wait for a slow answer.
            self._stop()
            pool.shutdown(wait=not isinstance(error, KeyboardInterrupt), cancel_futures=True)
            raise
        pool.shutdown()

    def _one(self, step: Callable[[T], object], item: T) -> None:
        self._options.asking(_named(item))
        try:
            step(item)
        except NotSendable as error:
            self._unsendable(_named(item), error)


def _named(item: object) -> str:
    """The operation of an item: an operation, those of a path, a provocation, or those of a resource."""
    first = item[0] if isinstance(item, list) else item
    if isinstance(first, Provocation):
        return first.operation.label
    operation = first.create if isinstance(first, Family) else first
    return operation.label if isinstance(operation, Operation) else ""
