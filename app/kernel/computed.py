"""A property that is computed when it is first asked for, without a lock.

`functools.cached_property` holds one lock for all objects of a class before Python 3.12: one that
asks the database while it is computed would wait for somebody who waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class computed(Generic[Value]):  # noqa: N801 - it is read as a property
    """Use as `property`. The value stays in the object; two threads that ask one object at once
    may both compute it."""

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> computed[Value]: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Value: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> computed[Value] | Value:
        if instance is None:
            return self
        # From now on the object's own dictionary answers.
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
