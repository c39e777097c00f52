"""Terminals without the database in the workstation in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.domain.access import Actor
from app.gui.samples.reading_rows import at
from app.services.reading_desk_views import BundleRow, CarriedLogs, GrantRow


class SampleBundles:
    """Part of `SampleReading`. `carried_logs` is what comes home."""

    grant_rows: list[GrantRow]

    def _begin_bundles(self) -> None:
        self.carried_logs = CarriedLogs()

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def make_reading_bundle(
        self,
        actor: Actor,
        grant_id: str,
        out: Path,
        *,
        terminal: str = "",
        closing_code: str = "",
    ) -> BundleRow:
        """Writes nothing."""
        self._note("make_reading_bundle", grant_id, out, terminal, closing_code)
        row = next(row for row in self.grant_rows if row.id == grant_id)
        return BundleRow(
            id=f"bundle-{row.number}",
            grant=row.id,
            number=row.number,
            case_no=row.case_no,
            reader=row.reader,
            terminal=terminal,
            path=str(out),
            sha256="",
            made_at=at(),
            made_by=actor.name,
            valid_until=row.valid_until,
            pages=12,
        )

    def carry_reading_logs(self, actor: Actor, folder: Path) -> CarriedLogs:
        """What the test says."""
        self._note("carry_reading_logs", folder)
        return self.carried_logs
