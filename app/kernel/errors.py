"""Faults as data: a kind, a stable code and parameters, never a finished sentence.

The kind decides the exit status, the dialog and whether a job is tried again; the code finds the
message and the remedy in the language of the person reading it (`app.services.messages`). Only
code and parameters travel between processes.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Fault(Exception):
    """Base of every expected failure.

    `code` is stable and public ("SCN-104"); `parameters` fill the placeholders of its message.
    """

    kind: ClassVar[str] = "bug"
    exit_status: ClassVar[int] = 70

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters: dict[str, Any] = parameters

    def __str__(self) -> str:
        if not self.parameters:
            return self.code
        return f"{self.code} {self.parameters}"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.kind, self.code, self.parameters))

    def as_record(self) -> dict[str, Any]:
        """The fault as plain data, for a process boundary or a job row."""
        return {"kind": self.kind, "code": self.code, "parameters": self.parameters}


class Refused(Fault):
    """A rule says no; the person at the desk can mend it (exit status 1)."""

    kind = "refused"
    exit_status = 1


class BadInput(Fault):
    """Wrong usage or input that cannot be read (exit status 2)."""

    kind = "bad_input"
    exit_status = 2


class Transient(Fault):
    """Busy or offline: the same call may succeed later (exit status 3)."""

    kind = "transient"
    exit_status = 3


class Broken(Fault):
    """The set-up is broken: disk full, language pack missing (exit status 4)."""

    kind = "broken"
    exit_status = 4


_KINDS: dict[str, type[Fault]] = {
    kind.kind: kind for kind in (Refused, BadInput, Transient, Broken, Fault)
}


def _rebuild(kind: str, code: str, parameters: dict[str, Any]) -> Fault:
    return _KINDS.get(kind, Fault)(code, **parameters)


def fault_from_record(record: dict[str, Any]) -> Fault:
    """The fault that `Fault.as_record` described."""
    return _rebuild(str(record["kind"]), str(record["code"]), dict(record["parameters"]))
