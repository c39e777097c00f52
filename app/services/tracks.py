"""Both tracks of a dossier: where they stand, when they are closed, and who is reminded."""

from __future__ import annotations

from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED, advance
from app.domain.notices import SCREEN, Notice
from app.domain.reconciling_tracks import CLOSED, DUAL, FROZEN, MODES
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.accepted_checks import ACCEPTED_CHECK, demands_accepted_check
from app.services.additions import close_additions
from app.services.court_settings import court_setting, keep_court_setting
from app.services.handoff import HandingOver
from app.services.handoff_records import paper_holder
from app.services.locker_views import VolumeCustodyRow
from app.services.packages import Packages
from app.services.ports import Transaction
from app.services.track_freezes import TrackFreezes, freeze_where_counts_differ
from app.services.track_standing import (
    TRACKS,
    TrackRecords,
    court_mode,
    paper_days,
    place_of_paper,
    records_of,
    track_records,
    track_state,
)
from app.services.views import TracksView
from app.services.volume_places import volume_rows

PAPER_DUE = "paper_due"
MOST_DAYS = 3650


class Tracks(Packages, HandingOver, TrackFreezes):
    """Use cases of whoever watches both tracks."""

    def tracks(self, case_no: str) -> TracksView:
        """Both tracks and what is open on them."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            records = records_of(tx, dossier)
            state = track_state(records, self._context.clock.now(), paper_days(tx))
            holder = paper_holder(tx, dossier)
        electronic = records.receipted or records.attempt
        paper = records.shelved
        package = records.package
        frozen = any(freeze.state == "open" for freeze in records.freezes)
        return TracksView(
            case_no=dossier.case_no,
            state=dossier.state,
            mode=dossier.mode,
            electronic={
                "state": state.electronic,
                "attempt": electronic.state if electronic else "",
                "target": electronic.target if electronic else "",
                "receipt": electronic.receipt if electronic else {},
                "version": package.version if package else 0,
            },
            paper={
                "state": state.paper,
                "with": holder,
                "location": paper.target if paper else "",
                "receipt": paper.receipt if paper else {},
                "version": records.shelved_version,
                "volumes": self._volumes_shelved(records),
            },
            verdict=FROZEN if frozen else state.verdict,
            open=state.open,
            accessioned=dossier.state == "accessioned",
        )

    def set_track_rules(
        self,
        actor: Actor,
        *,
        mode: str | None = None,
        paper_days: int | None = None,
        accepted_check: bool | None = None,
    ) -> dict[str, Any]:
        """What the court sets: the mode of new cases ("dual" 双套制 or "single" 单套制), after how
        many days paper is overdue once the archive has the electronic dossier, and whether a
        package is sent only when a person accepted its four-property check. Administrators only.
        Raises BadInput TRF-107 (no such mode), TRF-105 (no such number)."""
        if mode is not None:
            _check_mode(mode)
        if paper_days is not None and not 1 <= paper_days <= MOST_DAYS:
            raise BadInput("TRF-105", value=paper_days, least=1, most=MOST_DAYS)
        with self._context.storage.write() as tx:
            kept = court_setting(tx, TRACKS)
            given = {"mode": mode, "paper_days": paper_days, ACCEPTED_CHECK: accepted_check}
            kept |= {name: value for name, value in given.items() if value is not None}
            keep_court_setting(tx, actor, TRACKS, kept, action="track_rules_changed")
            tx.commit()
        return self.track_rules()

    def track_rules(self) -> dict[str, Any]:
        """The rules of `set_track_rules` in force: {"mode", "paper_days", "accepted_check"}."""
        with self._context.storage.read() as tx:
            return {
                "mode": court_mode(tx),
                "paper_days": paper_days(tx),
                ACCEPTED_CHECK: demands_accepted_check(tx),
            }

    def set_mode(self, actor: Actor, case_no: str, mode: str) -> TracksView:
        """Let one case be archived in another mode than the court's. Administrators only, before
        it is sealed. Raises BadInput TRF-107, Refused TRF-106."""
        actor.require("administer")
        _check_mode(mode)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state in SEALED:
                raise Refused("TRF-106", case_no=dossier.case_no)
            if mode != dossier.mode:
                tx.dossiers.replace(attrs.evolve(dossier, mode=mode))
                tx.audit.record(
                    actor.name, "mode_set", dossier.case_no, mode=mode, before=dossier.mode
                )
                tx.commit()
        return self.tracks(case_no)

    def paper_originals(self, case_no: str) -> list[VolumeCustodyRow]:
        """The paper that remains beside the electronic dossier, volume by volume: in 单套制 the
        list of originals that are kept as its annexes."""
        with self._context.storage.read() as tx:
            return volume_rows(tx, self._dossier(tx, case_no))

    def remind_of_paper(self, actor: Actor) -> int:
        """Tell whoever has paper that is overdue for the shelf, once for each version; gives how
        many were told."""
        due: list[TrackRecords] = []
        with self._context.storage.read() as tx:
            waiting = tx.dossiers.find(state="submitted", mode=DUAL)
            now, most = self._context.clock.now(), paper_days(tx)
            for records in track_records(tx, waiting).values():
                state = track_state(records, now, most)
                if any(entry["code"] == "paper_overdue" for entry in state.open):
                    due.append(records)
        return sum(self._remind(actor, records) for records in due)

    def _remind(self, actor: Actor, records: TrackRecords) -> bool:
        package = records.package
        version = package.version if package is not None else 1
        volumes = package.volumes if package is not None else 1
        dossier = records.dossier
        _standing, person, _place = place_of_paper(records)
        about = {"dossier": dossier.id, "version": version, "volumes": volumes}
        with self._context.storage.write() as tx:
            known = tx.notices.find(kind=PAPER_DUE, person=person)
            if not person or any(notice.parameters == about for notice in known):
                return False
            now = self._now()
            tx.notices.add(
                Notice(
                    id=new_id("notice"),
                    handoff_id="",
                    kind=PAPER_DUE,
                    channel=SCREEN,
                    address=person,
                    person=person,
                    made_at=now,
                    not_before=now,
                    parameters=about,
                )
            )
            tx.audit.record(
                actor.name, "paper_reminded", dossier.case_no, person=person, version=version
            )
            tx.commit()
        return True

    def _after_settling(self, tx: Transaction, actor: Actor, dossier: Dossier) -> None:
        self._settle_tracks(tx, actor, dossier)

    def _settle_tracks(self, tx: Transaction, actor: Actor, dossier: Dossier) -> None:
        """After a receipt or a count, in its transaction: stop both tracks where counts differ,
        else call the dossier archived once, and only once, both tracks are closed."""
        now = self._context.clock.now()
        current = tx.dossiers.get(dossier.id)
        records = records_of(tx, current)
        if records.receipted is not None and records.package is not None:
            close_additions(tx, actor, current, records.package.version, self._now())
        if freeze_where_counts_differ(tx, actor.name, current, now):
            return
        if current.state != "submitted":
            return
        if track_state(records, now, paper_days(tx)).verdict != CLOSED:
            return
        tx.dossiers.replace(
            attrs.evolve(current, state=advance("dossier", current.state, "accession"))
        )
        tx.audit.record(actor.name, "accessioned", current.case_no)

    def _volumes_shelved(self, records: TrackRecords) -> list[dict[str, Any]]:
        package = records.package
        version = package.version if package is not None else 1
        return [dict(row) for row in records.volumes_on_shelf(version).values()]


def _check_mode(mode: str) -> None:
    if mode not in MODES:
        raise BadInput("TRF-107", mode=mode, known=", ".join(MODES))
