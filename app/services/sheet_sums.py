"""Sheet arithmetic of a dossier: declared sheets, recorded misses, and what blocks its way on."""

from __future__ import annotations

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, Dossier, Miss
from app.domain.lifecycle import advance
from app.domain.sheet_sum import (
    BATCH_HELD,
    BATCH_PAUSED,
    DUPLEX,
    LOOSE,
    ONE_SIDED,
    RESCAN_ASKED,
    SHEET_WITHOUT_BACK,
    SIDES_MISSING,
    SIDES_TOO_MANY,
    CountedSide,
    OpenWork,
    blocking,
    sum_part,
)
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services import markers
from app.services.context import Service
from app.services.ports import Transaction
from app.services.station_views import MissRow, SheetSum

PARTS = (MAIN, RESTRICTED)
MOST_SHEETS = 99_999
UNFINISHED = ("capturing", "paused")
# Scanners that turn the sheet by themselves. Of single files nobody knows the sheets.
FEEDERS = ("sane", "escl", "twain", "simulated")
_SIDE_FIELDS = (
    "id",
    "batch_id",
    "position",
    "sheet",
    "part",
    "blank",
    "role",
    "role_by",
    "marker",
    "superseded",
    "replaces",
    "put_aside",
)


class SheetSums(Service):
    """Use cases of whoever answers for the number of sheets."""

    def declare_sheets(
        self, actor: Actor, case_no: str, sheets: int | None, part: str = MAIN
    ) -> None:
        """Enter how many paper sheets of a part were handed in; None takes the word back.

        Raises BadInput CAP-102 (no such part), SUM-201 (no such number), Refused DOS-101 once the
        dossier is sealed.
        """
        actor.require("register")
        _check_part(part)
        if sheets is not None and not 0 <= sheets <= MOST_SHEETS:
            raise BadInput("SUM-201", sheets=sheets)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            advance("dossier", dossier.state, "scan")
            declared = dict(dossier.declared_sheets)
            declared.pop(part, None)
            if sheets is not None:
                declared[part] = sheets
            if declared == dossier.declared_sheets:
                return
            tx.dossiers.replace(attrs.evolve(dossier, declared_sheets=declared))
            tx.audit.record(
                actor.name, "sheets_declared", dossier.case_no, part=part, sheets=sheets
            )
            tx.commit()

    def record_miss(
        self,
        actor: Actor,
        case_no: str,
        sheets: int,
        after_position: int,
        reason: str,
        part: str = MAIN,
    ) -> str:
        """Record sheets that belong to the paper and are not scanned (缺扫登记); gives the id.

        Raises BadInput CAP-102, SUM-201, INS-105 (no such place), Refused SUM-202 without a
        reason, DOS-101 once the dossier is sealed.
        """
        actor.require("scan")
        _check_part(part)
        if not 1 <= sheets <= MOST_SHEETS:
            raise BadInput("SUM-201", sheets=sheets)
        if not reason.strip():
            raise Refused("SUM-202")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            advance("dossier", dossier.state, "scan")
            after = side_at(tx, dossier, after_position)
            found = tx.sides.get(after) if after else None
            miss = Miss(
                id=new_id("miss"),
                dossier_id=dossier.id,
                part=part,
                volume=found.volume if found is not None else 1,
                sheets=sheets,
                after=after,
                reason=reason.strip(),
                recorded_at=self._now(),
                recorded_by=actor.name,
            )
            tx.misses.add(miss)
            tx.audit.record(
                actor.name,
                "miss_recorded",
                dossier.case_no,
                miss=miss.id,
                part=part,
                sheets=sheets,
                position=after_position,
                reason=miss.reason,
            )
            tx.commit()
        return miss.id

    def withdraw_miss(self, actor: Actor, case_no: str, miss_id: str) -> None:
        """Take a recorded miss back: the sheets were found. Raises Refused SUM-203 when it is not
        there (any more)."""
        actor.require("scan")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            advance("dossier", dossier.state, "scan")
            miss = tx.misses.first(id=miss_id, dossier_id=dossier.id, withdrawn=False)
            if miss is None:
                raise Refused("SUM-203")
            tx.misses.replace(attrs.evolve(miss, withdrawn=True))
            tx.audit.record(
                actor.name,
                "miss_withdrawn",
                dossier.case_no,
                miss=miss.id,
                part=miss.part,
                sheets=miss.sheets,
            )
            tx.commit()

    def misses(self, case_no: str) -> tuple[MissRow, ...]:
        """The misses in force, by place."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            found = tx.misses.find(dossier_id=dossier.id, withdrawn=False)
            if not found:
                return ()
            places = {
                side_id: (position, replaced)
                for side_id, position, replaced in tx.sides.pick(
                    ("id", "position", "replaces"), dossier_id=dossier.id
                )
            }
        later = {old: new for new, (_position, old) in places.items() if old}
        rows = [
            MissRow(
                id=miss.id,
                part=miss.part,
                volume=miss.volume,
                sheets=miss.sheets,
                after_position=_place_of(miss.after, places, later),
                reason=miss.reason,
                recorded_at=miss.recorded_at,
                recorded_by=miss.recorded_by,
            )
            for miss in found
        ]
        return tuple(sorted(rows, key=lambda row: row.after_position))

    def sheet_sum(self, case_no: str) -> tuple[SheetSum, ...]:
        """The sheet arithmetic of every part that has sides or a declaration, main first."""
        with self._context.storage.read() as tx:
            return sums_of(tx, self._dossier(tx, case_no))


def sums_of(tx: Transaction, dossier: Dossier) -> tuple[SheetSum, ...]:
    """See `SheetSums.sheet_sum`."""
    deliveries: dict[str, str] = {}
    inserted: set[str] = set()
    paused: dict[str, int] = {}
    parts: dict[str, str] = {}
    for batch_id, source, profile, purpose, state, part in tx.batches.pick(
        ("id", "source", "profile", "purpose", "state", "part"), dossier_id=dossier.id
    ):
        deliveries[batch_id] = delivery_of(source, profile)
        parts[batch_id] = part
        if purpose == "insert":
            inserted.add(batch_id)
        if state in UNFINISHED:
            paused[part] = paused.get(part, 0) + 1
    rows = tx.sides.pick(_SIDE_FIELDS, dossier_id=dossier.id)
    origins = {row[0]: (row[10], row[1], row[3]) for row in rows}
    held: dict[str, set[str]] = {}
    sides: list[CountedSide] = []
    active: dict[str, str] = {}
    for side_id, batch_id, position, _sheet, part, *rest in rows:
        blank, role, role_by, marker, superseded, _replaces, put_aside = rest
        if superseded:
            if put_aside == "held":
                held.setdefault(parts.get(batch_id, part), set()).add(batch_id)
            continue
        active[side_id] = part
        origin, sheet = origin_of(side_id, origins)
        sides.append(
            CountedSide(
                position=position,
                part=part,
                sheet=(origin, sheet),
                delivery=deliveries.get(origin, DUPLEX),
                blank=blank,
                inserted=origin in inserted,
                separator=(
                    role == "separator" if role_by else marker.get("kind") in markers.SHEETS
                ),
            )
        )
    rescans: dict[str, set[str]] = {}
    for (side_id,) in tx.findings.pick(("side_id",), dossier_id=dossier.id, verdict="rescan"):
        if side_id in active:
            rescans.setdefault(active[side_id], set()).add(side_id)
    missed: dict[str, int] = {}
    for part, sheets in tx.misses.pick(("part", "sheets"), dossier_id=dossier.id, withdrawn=False):
        missed[part] = missed.get(part, 0) + sheets
    concerned = {*active.values(), *dossier.declared_sheets, *missed, *held, *paused}
    return tuple(
        SheetSum(
            **attrs.asdict(
                sum_part(
                    part,
                    sides,
                    declared=dossier.declared_sheets.get(part),
                    missed_sheets=missed.get(part, 0),
                    work=OpenWork(
                        paused=paused.get(part, 0),
                        held=len(held.get(part, ())),
                        rescans=len(rescans.get(part, ())),
                    ),
                ),
                recurse=False,
            )
        )
        for part in PARTS
        if part in concerned
    )


def open_sheet_work(tx: Transaction, dossier: Dossier) -> int:
    """How many things of the sheet arithmetic keep a dossier from going on; 0 is quick to tell
    where nothing was declared and no batch is open."""
    if not dossier.declared_sheets:
        quiet = (
            not tx.batches.count(dossier_id=dossier.id, state=list(UNFINISHED))
            and not tx.sides.count(dossier_id=dossier.id, put_aside="held")
            and not tx.findings.count(dossier_id=dossier.id, verdict="rescan")
        )
        if quiet:
            return 0
    return sum(
        len(blocking(found.reasons, found.declared_sheets)) for found in sums_of(tx, dossier)
    )


def require_balance(tx: Transaction, dossier: Dossier) -> None:
    """Raises Refused SUM-101 to SUM-106, by the first thing a person should see to, when the
    sheet arithmetic keeps the dossier at the station."""
    for found in sums_of(tx, dossier):
        reasons = blocking(found.reasons, found.declared_sheets)
        if not reasons:
            continue
        first = reasons[0]
        raise Refused(
            _REFUSALS[first["code"]],
            part=found.part,
            difference=found.difference,
            count=first.get("count", 1),
            position=first.get("position", 0),
            reasons=[reason["code"] for reason in reasons],
        )


_REFUSALS = {
    SIDES_MISSING: "SUM-101",
    SIDES_TOO_MANY: "SUM-102",
    BATCH_PAUSED: "SUM-103",
    BATCH_HELD: "SUM-104",
    RESCAN_ASKED: "SUM-105",
    SHEET_WITHOUT_BACK: "SUM-106",
}


def side_at(tx: Transaction, dossier: Dossier, position: int) -> str:
    """The id of the active side at a position, empty for 0. Raises BadInput INS-105."""
    if position == 0:
        return ""
    found = tx.sides.pick(("id",), dossier_id=dossier.id, superseded=False, position=position)
    if not found:
        raise BadInput("INS-105", position=position)
    return str(found[0][0])


def delivery_of(source: str, profile: dict[str, object]) -> str:
    if not profile.get("duplex", True):
        return ONE_SIDED
    return DUPLEX if source.partition(":")[0] in FEEDERS else LOOSE


def origin_of(side_id: str, origins: dict[str, tuple[str, str, int]]) -> tuple[str, int]:
    """(batch, sheet) of the first scan of this side: a rescan stands for the same paper."""
    replaces, batch_id, sheet = origins[side_id]
    while replaces in origins:
        replaces, batch_id, sheet = origins[replaces]
    return batch_id, sheet


def _place_of(side_id: str, places: dict[str, tuple[int, str]], later: dict[str, str]) -> int:
    """The position of a side or of the one that took its place; 0 for the start."""
    while side_id in later and not places[side_id][0]:
        side_id = later[side_id]
    return places.get(side_id, (0, ""))[0]


def _check_part(part: str) -> None:
    if part not in PARTS:
        raise BadInput("CAP-102", part=part)
