"""One dossier on its way: both tracks side by side, its lists below."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.archive.case_lists import CaseLists
from app.gui.archive.paper import PaperTrack
from app.gui.archive.track_card import TrackCard
from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.gui.widgets.room import Roomy
from app.services.archive_views import (
    AdditionRow,
    AttemptRow,
    FreezeView,
    PackageCheckView,
    PassportView,
)
from app.services.locker_views import HandOffRow
from app.services.views import CaseView, CheckRow, PackageView, TracksView
from app.words.four_property import outcome_word, stage_word

LEAST_LIST = 260
STATES = ("reconciled", "sealed", "packaged", "submitted", "accessioned")


@frozen(kw_only=True)
class CaseRead:
    """What was read of the dossier; `hand_off` is the newest one, `checks` are oldest first.
    `accepted_check` says that this court sends only what a person accepted."""

    package: PackageView | None
    tracks: TracksView
    hand_off: HandOffRow | None
    targets: tuple[str, ...]
    attempts: tuple[AttemptRow, ...] = ()
    freezes: tuple[FreezeView, ...] = ()
    additions: tuple[AdditionRow, ...] = ()
    passports: tuple[PassportView, ...] = ()
    checks: tuple[PackageCheckView, ...] = ()
    accepted_check: bool = False

    @property
    def unaccepted(self) -> bool:
        """Whether the package waits for somebody to accept its check before it may be sent."""
        archiving = [check for check in self.checks if check.stage == "archiving"]
        accepted = (
            bool(archiving)
            and self.package is not None
            and archiving[-1].outcome == "accepted"
            and archiving[-1].sha256 == self.package.sha256
        )
        return self.accepted_check and self.package is not None and not accepted

    @property
    def frozen(self) -> FreezeView | None:
        """The counts that somebody has to sign, if any."""
        return next((freeze for freeze in self.freezes if freeze.state == "open"), None)

    @property
    def addition(self) -> AdditionRow | None:
        """The later material that is not over, if any."""
        return next((row for row in self.additions if row.state not in ("closed", "refused")), None)


class CasePanel(QWidget):
    """`commands` are those of the paper track and of the lists."""

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.electronic = TrackCard("archive", _("Electronic"))
        self.target = QComboBox()
        self.target.setAccessibleName(_("Archive target"))
        self.target_label = label(_("Archive target"), "muted")
        self.electronic.controls.addWidget(self.target_label)
        self.electronic.controls.addWidget(self.target)
        self.paper = PaperTrack(commands)
        self.lists = CaseLists(commands)
        tracks = QHBoxLayout()
        tracks.setSpacing(16)
        tracks.addWidget(self.electronic, 1)
        tracks.addWidget(self.paper, 1)
        self.room = Roomy(self)
        holder = QVBoxLayout(self.room.inner)
        holder.setContentsMargins(16, 16, 16, 16)
        holder.setSpacing(16)
        holder.addLayout(tracks)
        holder.addWidget(self.lists, 1)
        # Where both do not fit, the page is scrolled and the list still shows some rows.
        self.lists.setMinimumHeight(LEAST_LIST)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.room)

    def clear(self) -> None:
        """Show nothing of a case that was closed."""
        self.lists.check_list.show_checks((), (), package=False)
        self.lists.show_ledgers((), (), (), ())
        self.lists.signatures.show_rows(())

    def show_read(self, case: CaseView, read: CaseRead, code: str) -> None:
        """Show the dossier as it was read; `code` collects the paper from the cabinet."""
        built = read.package.checks if read.package is not None else ()
        self.lists.check_list.show_checks(read.checks, built, package=read.package is not None)
        self.lists.show_ledgers(read.attempts, read.freezes, read.additions, read.passports)
        chosen = self.target.currentText()
        self.target.clear()
        self.target.addItems(list(read.targets))
        self.target.setCurrentIndex(max(self.target.findText(chosen), 0))
        self._show_electronic(case, read)
        self.paper.show_paper(case, read.tracks, read.hand_off, code)

    def _show_electronic(self, case: CaseView, read: CaseRead) -> None:
        package = read.package
        receipted = read.tracks.electronic["state"] == "receipted"
        for part in (self.target_label, self.target):
            part.setVisible(not receipted)
        at = STATES.index(case.state) if case.state in STATES else 0
        names = (_("Sealed"), _("Packaged"), _("Submitted"), _("Receipted"))
        self.electronic.show_steps(names, 4 if receipted else min(at, 3))
        self.electronic.show_state(
            _("Receipted") if receipted else _("Under way") if at else _("Open"),
            "good" if receipted else "accent" if at else "note",
        )
        receipt = read.tracks.electronic.get("receipt") or {}
        checks = report_sentence(list(package.checks)) if package is not None else ""
        self.electronic.show_facts(
            [
                (_("Package folder"), package.package if package else ""),
                (_("Check report"), _check_words(read, checks)),
                ("SHA-256", package.sha256 if package else ""),
                ("SM3", package.sm3 if package else ""),
                (_("Receipt"), str(receipt.get("receipt_no", ""))),
            ]
        )


def _check_words(read: CaseRead, built: str) -> str:
    """How the newest check stands, else what building the package found."""
    if not read.checks:
        return built
    newest = read.checks[-1]
    return f"{stage_word(newest.stage)} · {outcome_word(newest.outcome)}"


def report_sentence(checks: list[CheckRow]) -> str:
    """What the check says, in one line."""
    passed = sum(row.result == "pass" for row in checks)
    failed = sum(row.result == "fail" for row in checks)
    manual = sum(row.result == "manual" for row in checks)
    parts = [_("{count} passed").format(count=passed)]
    if failed:
        parts.append(_("{count} failed").format(count=failed))
    if manual:
        parts.append(_("{count} await review").format(count=manual))
    return " · ".join(parts)
