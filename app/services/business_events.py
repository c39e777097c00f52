"""Business events (业务实体) of a dossier: what people and machines did to it, for the metadata of
its package (STANDARDS 5.5).

They are read from the audit in the order of its numbers, up to the seal. Nothing that is written
down later, even about an earlier moment, changes the events of a sealed dossier. Which records
count, and their words, are data (`business_events.toml`); terms of the archives are Chinese.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from attrs import frozen

from app.domain.custody import CustodyEvent
from app.domain.dossier import Dossier
from app.services.ports import AuditRow, Transaction

DONE = "已完成"
SEALED = "sealed"
_HANDED = "handoff_"
# The custody event of a step of a hand-off has the word of the step, but for this one.
_CUSTODY_WORDS = {"returned": "given_back"}
_LONGEST_TEXT = 1000


@frozen(kw_only=True)
class EventKind:
    """How a record of the audit is told: see `business_events.toml`."""

    name: str
    duty: str
    basis: str
    counted: bool = False
    later: bool = False
    state: str = DONE


@frozen(kw_only=True)
class BusinessEvent:
    """One event. `action` is the code of the audit, `name` the act (业务行为), `duty` in which
    capacity `actor` did it, `basis` the ground (行为依据)."""

    action: str
    name: str
    at: str
    actor: str
    duty: str
    state: str
    basis: str
    description: str


@frozen(kw_only=True)
class _Table:
    kinds: Mapping[str, EventKind]
    words: Mapping[str, str]
    values: Mapping[str, str]
    steps: Mapping[str, str]


def event_kinds() -> Mapping[str, EventKind]:
    """What is told, by action of the audit."""
    return _table().kinds


def business_events(
    tx: Transaction, dossier: Dossier, rows: Iterable[AuditRow], *, provisional: bool
) -> tuple[BusinessEvent, ...]:
    """The events of a dossier among its audit `rows`: up to its last seal, or those that precede
    the making of any package when it is packed provisionally."""
    table = _table()
    told = [row for row in _before_seal(rows, provisional) if row.action in table.kinds]
    if provisional:
        told = [row for row in told if not table.kinds[row.action].later]
    custody = _Custody(tx.custody.find(dossier_id=dossier.id))
    events = []
    counted: dict[tuple[str, str], list[AuditRow]] = defaultdict(list)
    for row in told:
        if table.kinds[row.action].counted:
            counted[row.action, row.actor].append(row)
    for row in told:
        same = counted.get((row.action, row.actor), [row])
        if row is same[-1]:
            counts = {"times": len(same), "since": same[0].at} if len(same) > 1 else {}
            events.append(_event(table, row, {**row.details, **custody.details(row), **counts}))
    return tuple(events)


def _before_seal(rows: Iterable[AuditRow], provisional: bool) -> list[AuditRow]:
    listed = list(rows)
    seals = [place for place, row in enumerate(listed) if row.action == SEALED]
    return listed if provisional or not seals else listed[: seals[-1] + 1]


def _event(table: _Table, row: AuditRow, details: Mapping[str, Any]) -> BusinessEvent:
    kind = table.kinds[row.action]
    times = details.get("times")
    texts = [f"共 {times} 次，自 {details['since']} 起"] if times else list(_texts(table, details))
    return BusinessEvent(
        action=row.action,
        name=kind.name,
        at=row.at,
        actor=row.actor,
        duty=table.steps.get(str(details.get("step")), kind.duty),
        state=kind.state,
        basis=kind.basis,
        description="；".join(texts)[:_LONGEST_TEXT],
    )


def _texts(table: _Table, details: Mapping[str, Any]) -> Iterator[str]:
    """The details in words, in the order of the table."""
    for key, word in table.words.items():
        value = details.get(key)
        parts = value if isinstance(value, (list, tuple)) else [value]
        shown = [_shown(table, part) for part in parts]
        if any(shown):
            yield f"{word}：{'、'.join(filter(None, shown))}"


def _shown(table: _Table, value: Any) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return table.values.get(text, " ".join(text.split()))


class _Custody:
    """Who gave what to whom: the custody events of hand-offs, step by step."""

    def __init__(self, events: Iterable[CustodyEvent]) -> None:
        self._waiting: dict[tuple[str, str], list[CustodyEvent]] = defaultdict(list)
        for event in events:
            self._waiting[str(event.details.get("handoff")), event.action].append(event)

    def details(self, row: AuditRow) -> dict[str, Any]:
        """What the custody event says that was written with `row`; asked once for every row."""
        if not row.action.startswith(_HANDED):
            return {}
        step = row.action.removeprefix(_HANDED)
        key = str(row.details.get("handoff")), _CUSTODY_WORDS.get(step, step)
        if not self._waiting.get(key):
            return {}
        event = self._waiting[key].pop(0)
        return {
            "giver": event.giver,
            "receiver": event.receiver,
            "volumes": event.volumes,
            "pages": event.pages,
            "remark": event.remark,
        }


@lru_cache(maxsize=1)
def _table() -> _Table:
    text = resources.files("app.services").joinpath("business_events.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return _Table(
        kinds={
            action: EventKind(**{**row, "basis": data["bases"][row["basis"]]})
            for action, row in data["events"].items()
        },
        words=data["words"],
        values=data["values"],
        steps=data["steps"],
    )
