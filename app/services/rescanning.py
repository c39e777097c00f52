"""Inserting and replacing sides: scanned into a batch that is held until a person has looked.

The sides of a held batch are stored like every other and stand outside the order. Accepting puts
them in, in one edit that can be undone; rejecting leaves them stored and out. The sides that are
replaced keep their findings and stay reachable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.domain.access import Actor
from app.domain.dossier import Batch, Dossier, Finding, Side
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import Cancelled, CancelToken
from app.services.capture import Listener
from app.services.editing import Editing, resume_work
from app.services.feeding import FeedOrder, place_of
from app.services.held_sides import (
    HELD,
    INSERT,
    REJECTED,
    REPLACE,
    REPLACED,
    Pair,
    after_position,
    anchor_of,
    chosen_sides,
    inherited,
    named,
    pairs_of,
    verdict_of,
    waiting_batch,
    waiting_batches,
)
from app.services.placing import (
    members_of,
    order_of,
    owner_of,
    settle_items,
    write_order,
)
from app.services.ports import Transaction
from app.services.profiles import is_duplex
from app.services.same_page import SAME, Witnessed, worst
from app.services.scanning import Scanning, normal_source
from app.services.sheet_sums import UNFINISHED, side_at
from app.services.side_rows import finding_row, side_row
from app.services.station_views import HeldBatch, HeldPair
from app.services.tasks import enqueue_examination, enqueue_recognition
from app.services.views import ScanResult, SideRow

# A person stands at the scanner and waits: before everything else.
AT_ONCE = 20


class Rescanning(Scanning, Editing):
    """Use cases of the operator who inserts a sheet or scans one again."""

    def insert_here(
        self,
        actor: Actor,
        case_no: str,
        after_position: int,
        source: str,
        *,
        profile: str = "standard",
        options: dict[str, Any] | None = None,
        sheets: int = 0,
        on_event: Listener = lambda _: None,
        cancel: CancelToken | None = None,
    ) -> ScanResult:
        """Scan sides that belong behind a position (0: before everything) into a held batch.

        `sheets` 0 means until the feeder is empty. Raises as `scan`, BadInput INS-105 (no such
        position), Refused DOS-101 before the first scan and once the dossier is sealed.
        """
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            after = side_at(tx, dossier, after_position)
            neighbour = tx.sides.first(
                dossier_id=dossier.id, superseded=False, position=max(1, after_position)
            )
        order = FeedOrder(
            case_no=case_no,
            source=normal_source(source),
            profile=profile,
            part=neighbour.part if neighbour is not None else "main",
            volume=neighbour.volume if neighbour is not None else 1,
            options=options or {},
            purpose=INSERT,
            target={"after": after},
            sheets=sheets,
        )
        return self._feed(actor, order, on_event, cancel)[0]

    def rescan(
        self,
        actor: Actor,
        case_no: str,
        positions: Sequence[int],
        source: str,
        *,
        whole_sheet: bool = True,
        profile: str = "standard",
        options: dict[str, Any] | None = None,
        on_event: Listener = lambda _: None,
        cancel: CancelToken | None = None,
    ) -> ScanResult:
        """Scan sides again into a held batch: their whole sheets, or these sides alone.

        No more sheets are fed than asked for. Raises as `scan`, BadInput CAP-112 (no position),
        INS-105 (no such position).
        """
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            chosen, sheets, one_sided = chosen_sides(
                tx, dossier, positions, whole_sheet=whole_sheet
            )
            first = tx.sides.get(chosen[0])
        order = FeedOrder(
            case_no=case_no,
            source=normal_source(source),
            profile=profile,
            part=first.part,
            volume=first.volume,
            options=options or {},
            purpose=REPLACE,
            target={"sides": chosen},
            sheets=sheets,
            duplex=False if one_sided else None,
        )
        return self._feed(actor, order, on_event, cancel)[0]

    def resume(
        self,
        actor: Actor,
        case_no: str,
        batch: str,
        *,
        options: dict[str, Any] | None = None,
        on_event: Listener = lambda _: None,
        cancel: CancelToken | None = None,
    ) -> ScanResult:
        """Go on with an interrupted batch, whatever it was for, from the source it came from.

        Raises as `scan`, Refused CAP-106 when the batch is not an interrupted one of this case.
        """
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            found = tx.batches.first(id=batch, dossier_id=dossier.id, state=list(UNFINISHED))
            if found is None:
                raise Refused("CAP-106")
            asked = place_of(found).get("sides", [])
            sides = tx.sides.find(id=asked) if asked else []
        duplex = is_duplex(found)
        paper = {(side.batch_id, side.sheet) for side in sides} if duplex else sides
        order = FeedOrder(
            case_no=case_no,
            source=found.source,
            profile=str(found.profile.get("name", "standard")),
            part=found.part,
            volume=found.volume,
            options=options or {},
            purpose=found.purpose,
            target=place_of(found),
            sheets=len(paper),
            duplex=duplex if found.purpose != "append" else None,
        )
        return self._feed(actor, order, on_event, cancel)[0]

    def held(self, case_no: str) -> tuple[HeldBatch, ...]:
        """The insertions and replacements that wait for a person's word, oldest first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            return tuple(
                self._held_batch(tx, dossier, batch, new)
                for batch, new in waiting_batches(tx, dossier)
            )

    def _held_batch(
        self, tx: Transaction, dossier: Dossier, batch: Batch, new: list[Side]
    ) -> HeldBatch:
        old, pairs = pairs_of(tx, batch, new)
        findings: dict[str, list[Finding]] = {}
        for finding in tx.findings.find(side_id=[side.id for side in [*old, *new]]):
            findings.setdefault(finding.side_id, []).append(finding)

        def row(witnessed: Witnessed | None) -> SideRow | None:
            if witnessed is None:
                return None
            side = witnessed.side
            rows = tuple(finding_row(f, side.position) for f in findings.get(side.id, ()))
            return side_row(side, rows, self._context.blobs)

        shown = tuple(
            HeldPair(
                old=row(before),
                new=row(after),
                verdict=verdict_of(batch, (before, after, comparison)),
                likeness=comparison.likeness if comparison is not None else 0.0,
                reasons=comparison.reasons if comparison is not None else (),
            )
            for before, after, comparison in pairs
        )
        return HeldBatch(
            batch=batch.id,
            case_no=dossier.case_no,
            purpose=batch.purpose,
            source=batch.source,
            operator=batch.operator,
            started_at=batch.started_at,
            after_position=after_position(tx, batch, old),
            pairs=shown,
            verdict=worst([pair.verdict for pair in shown]),
        )

    def examine_held(self, case_no: str, cancel: CancelToken | None = None) -> None:
        """Examine and read the sides that are held back, before everything else that waits."""
        with self._context.storage.read() as tx:
            dossier_id = self._dossier(tx, case_no).id
        cancel = cancel or CancelToken()
        for done, enqueue in (
            ("examined", enqueue_examination),
            ("recognised", enqueue_recognition),
        ):
            if not self._hurry(dossier_id, done, enqueue):
                continue
            enough = CancelToken()

            def tick(done: str = done, enough: CancelToken = enough) -> None:
                if cancel.cancelled or not self._unfinished(dossier_id, done):
                    enough.cancel()

            try:
                self._context.dispatcher.run_until_idle(dossier_id, tick, enough)
            except Cancelled:
                cancel.check()

    def _unfinished(self, dossier_id: str, done: str) -> int:
        with self._context.storage.read() as tx:
            return tx.sides.count(dossier_id=dossier_id, put_aside=HELD, **{done: ""})

    def _hurry(
        self, dossier_id: str, done: str, enqueue: Callable[[Transaction, Side, int], None]
    ) -> int:
        """Queue what the held sides still need ahead of everything; gives how many they are."""
        with self._context.storage.write() as tx:
            sides = tx.sides.find(dossier_id=dossier_id, put_aside=HELD, **{done: ""})
            for side in sides:
                enqueue(tx, side, AT_ONCE)
            tx.commit()
        return len(sides)

    def accept_held(self, actor: Actor, case_no: str, batch: str, *, although: str = "") -> None:
        """Put the sides of a held batch into the dossier, as one edit.

        `although` is the reason for replacing pages that are not surely the same. Raises Refused
        CAP-109 (nothing waits under this id), CAP-110 (no reason given where one is needed),
        CAP-111 (the pages to be replaced are gone), DOS-101 once the dossier is sealed.
        """
        actor.require("scan")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            advance("dossier", dossier.state, "edit")
            found, new = waiting_batch(tx, dossier, batch)
            old, pairs = pairs_of(tx, found, new)
            verdict = worst([verdict_of(found, pair) for pair in pairs])
            reason = although.strip()
            if found.purpose == REPLACE and verdict != SAME and not reason:
                raise Refused("CAP-110", verdict=verdict)
            if any(side.superseded for side in old):
                raise Refused("CAP-111")
            # Sides that a machine has still to read bring the dossier back to the catalogue.
            surely = found.purpose == REPLACE and verdict == SAME
            with self._edit(
                tx,
                actor,
                dossier,
                "sides_inserted" if found.purpose == INSERT else "sides_replaced",
                trigger="edit" if surely else "scan",
                batch=found.id,
                verdict=verdict,
                reason=reason,
                sides=len(new),
                pairs=[named(pair) for pair in pairs],
            ):
                if found.purpose == INSERT:
                    self._put_in(tx, dossier, found, new)
                else:
                    self._replace(tx, dossier, pairs)
                resume_work(tx, tx.sides.find(id=[side.id for side in new]), {})

    def _put_in(self, tx: Transaction, dossier: Dossier, batch: Batch, new: list[Side]) -> None:
        members = members_of(tx, dossier)
        order = order_of(tx, dossier)
        anchor = anchor_of(tx, batch)
        place = 0
        if anchor:
            if anchor not in order:
                raise Refused("CAP-111")
            place = order.index(anchor) + 1
        owner = owner_of(members, anchor)
        if owner:
            members[owner] += [side.id for side in new]
        tx.sides.amend({side.id: {"put_aside": ""} for side in new})
        write_order(tx, dossier, [*order[:place], *(side.id for side in new), *order[place:]])
        settle_items(tx, dossier, members)

    def _replace(self, tx: Transaction, dossier: Dossier, pairs: list[Pair]) -> None:
        members = members_of(tx, dossier)
        order = order_of(tx, dossier)
        changes: dict[str, dict[str, Any]] = {}
        last = ""
        for old, new, comparison in pairs:
            if old is not None and new is not None:
                same = comparison is not None and comparison.verdict == SAME
                changes[new.side.id] = inherited(old.side, new.side, same=same)
                changes[old.side.id] = {"put_aside": REPLACED}
                order[order.index(old.side.id)] = new.side.id
                for sides in members.values():
                    if old.side.id in sides:
                        sides.append(new.side.id)
                last = new.side.id
        for old, new, _comparison in pairs:
            # An old side that nothing came for stays; a new one too many follows the last pair.
            if old is None and new is not None:
                place = order.index(last) + 1 if last else len(order)
                order.insert(place, new.side.id)
                owner = owner_of(members, last)
                if owner:
                    members[owner].append(new.side.id)
                changes[new.side.id] = {"put_aside": ""}
                last = new.side.id
        tx.sides.amend(changes)
        write_order(tx, dossier, order)
        settle_items(tx, dossier, members)

    def reject_held(self, actor: Actor, case_no: str, batch: str, reason: str) -> None:
        """Leave a held batch out of the dossier; its sides stay stored.

        Raises Refused CAP-107 without a reason, CAP-109 (nothing waits under this id).
        """
        actor.require("scan")
        if not reason.strip():
            raise Refused("CAP-107")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            found, new = waiting_batch(tx, dossier, batch)
            tx.sides.amend({side.id: {"put_aside": REJECTED} for side in new})
            tx.audit.record(
                actor.name,
                "held_rejected",
                dossier.case_no,
                batch=found.id,
                sides=len(new),
                reason=reason.strip(),
            )
            tx.commit()

    def earlier_versions(self, case_no: str, side_id: str) -> tuple[SideRow, ...]:
        """The sides that this one stands for now, the newest first. Raises BadInput INS-104."""
        rows = []
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            side = tx.sides.first(id=side_id, dossier_id=dossier.id)
            if side is None:
                raise BadInput("INS-104", side=side_id)
            while side is not None and side.replaces:
                side = tx.sides.first(id=side.replaces)
                if side is not None:
                    findings = tuple(
                        finding_row(found, 0) for found in tx.findings.find(side_id=side.id)
                    )
                    rows.append(side_row(side, findings, self._context.blobs))
        return tuple(rows)
