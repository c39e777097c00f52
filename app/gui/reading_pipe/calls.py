"""The calls that may go over the pipe: those of `SessionDesk`, read off the protocol itself."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import cache
from typing import Any, get_type_hints

from attrs import frozen

from app.gui.reading_pipe.records import Misfit, decoded
from app.services.reading_views import SessionDesk

# A search, a note or a list of pages is short; the signature on a slip is the longest argument.
LONGEST_TEXT = 4000
MOST_VALUES = 20_000


@frozen(kw_only=True)
class RemoteCall:
    """One call: names and types of its arguments, which of them may be left out, its answer."""

    name: str
    parameters: tuple[tuple[str, Any], ...]
    needed: int
    answer: Any

    def arguments(self, plain: Any) -> list[Any]:
        """The arguments in `plain`. Raises Misfit when they are none of this call."""
        if not isinstance(plain, list) or not self.needed <= len(plain) <= len(self.parameters):
            raise Misfit("arguments")
        if _values(plain) > MOST_VALUES:
            raise Misfit("too many values")
        return [
            decoded(value, kind)
            for value, (_name, kind) in zip(plain, self.parameters, strict=False)
        ]


@cache
def remote_calls() -> dict[str, RemoteCall]:
    """All calls by their names."""
    return {
        name: _described(name, function)
        for name, function in vars(SessionDesk).items()
        if not name.startswith("_") and inspect.isfunction(function)
    }


def _described(name: str, function: Any) -> RemoteCall:
    hints = get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return RemoteCall(
        name=name,
        parameters=tuple((parameter.name, hints[parameter.name]) for parameter in parameters),
        needed=sum(parameter.default is inspect.Parameter.empty for parameter in parameters),
        answer=hints["return"],
    )


def _values(plain: Sequence[Any]) -> int:
    """How many values are in it; raises Misfit for a text that is too long."""
    count, level = 0, list(plain)
    while level:
        value = level.pop()
        count += 1
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise Misfit("too long")
        if isinstance(value, list):
            level += value
        if count > MOST_VALUES:
            break
    return count
