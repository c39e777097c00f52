"""One batch from a watched drop folder: what it takes, what it leaves, what it says at the end."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path, PurePath

from app.kernel.errors import Transient
from app.kernel.progress import CancelToken
from scanner.api import ScanEvent, ScannedSide, ScanRequest, ScanWarning
from scanner.drivers.folder import IMAGE_SUFFIXES, printable
from scanner.drivers.image_file import DAMAGED, TRUNCATED
from scanner.drivers.watch_arrivals import Arrival, Arrivals
from scanner.drivers.watch_growing import stamp_of
from scanner.drivers.watch_ledger import END_MARK, RENAMED, SIDES, STRAY, Entry, Ledger
from scanner.drivers.watch_listing import Listing, Stamp, look
from scanner.drivers.watch_settings import MOVE, WatchSettings
from scanner.drivers.watch_stored import move_received, of_finished, received_place
from scanner.drivers.watch_take import SourceChanged, Taken, take, take_again
from scanner.drivers.watch_whole import examine, open_for_writing
from scanner.feeder import FeederCount
from scanner.spool import Spool

# Looking may cost this share of the time at most: a share with many files answers slowly.
_LOOK_SHARE = 5
_UNKNOWN_TYPE = "application/octet-stream"
_EMPTY, _CUT_OFF, _OPEN, _NO_SCAN = "empty", "incomplete", "being written", "no scan"
_log = logging.getLogger(__name__)


class WatchBatch:
    """The state of one batch. `pause_seconds` is how long to wait before the next look."""

    def __init__(
        self,
        root: Path,
        request: ScanRequest,
        settings: WatchSettings,
        ledger: Ledger,
        cancel: CancelToken,
    ) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._settings = settings
        self._ledger = ledger
        self._cancel = cancel
        self._sheets = request.sheets
        self._spool = Spool(request.spool)
        self._spool_folder = request.spool.absolute()
        self._batch = self._spool_folder.name
        self._count = FeederCount(pairs=settings.duplex_pairs)
        self._started = self._listed = time.monotonic()
        self._arrivals = Arrivals(
            settle_seconds=settings.settle_seconds,
            patience_seconds=settings.patience_seconds,
            last_change=self._started,
        )
        self._listing = Listing()
        self._away = False
        self._temporary: dict[PurePath, tuple[Stamp, float]] = {}
        self._end: tuple[PurePath, Stamp] | None = None
        self._anything = False
        self._told = False
        self._delivered: list[Entry] = []
        self.pause_seconds = settings.poll_seconds

    # The start of a batch

    def taken_earlier(self) -> Iterator[ScanEvent]:
        """Deliver again what this batch took before it was interrupted; then clear up what
        finished batches took, when that is wanted."""
        entries = [e for e in self._ledger.of_batch(self._batch) if e.kind == SIDES]
        # The program knows a side again that it stored, and then takes the numbers of the sheets
        # from here. When none can be delivered again, it counts on by itself.
        in_place = any(self._has_copy(e) or self._source_of(e) is not None for e in entries)
        lost = 0
        for entry in entries:
            self._cancel.check()
            taken = self._find_again(entry)
            if taken is None:
                lost += 1
                for _ in range(entry.frames if in_place else 0):
                    self._count.advance()
                continue
            self._anything = True
            yield from self._sides(PurePath(entry.path), taken)
        if lost:
            yield ScanWarning(code="SCN-238", parameters={"files": lost})
        if self._settings.after == MOVE:
            others = self._ledger.others(self._batch)
            yield from move_received(self._root, of_finished(self._spool_folder.parent, others))
        self._arrivals.last_change = time.monotonic()

    def _find_again(self, entry: Entry) -> Taken | None:
        """The bytes of an entry: its copy of then, or a new copy while the file is unchanged."""
        copy = self._spool_folder / entry.copy
        source = self._source_of(entry)
        try:
            if self._has_copy(entry):
                taken = take_again(copy, self._cancel)
            elif source is not None:
                taken = take(source, entry.stamp, self._spool, self._cancel)
            else:
                return None
        except (OSError, SourceChanged) as error:
            _log.info("a file taken earlier is not there any more: %r", error)
            return None
        if taken.digest != entry.digest:
            return None
        if taken.path != copy:
            self._record(PurePath(entry.path), entry.stamp, taken)
        return taken

    def _has_copy(self, entry: Entry) -> bool:
        return bool(entry.copy) and (self._spool_folder / entry.copy).is_file()

    def _source_of(self, entry: Entry) -> Path | None:
        """Where the file of an entry is now, as it was when it was taken; None when nowhere."""
        for path in (self._root / entry.path, received_place(self._root, entry)):
            stamp = stamp_of(path)
            if stamp is not None and stamp.same_state(entry.stamp):
                return path
        return None

    def _move_stored(self) -> Iterator[ScanWarning]:
        """Move what is stored: the program takes a copy out of the spool when it has recorded its
        sides, save the last one."""
        if self._settings.after == MOVE:
            stored = [entry for entry in self._delivered if not self._has_copy(entry)]
            if stored and self._spool_folder.is_dir():
                self._delivered = [entry for entry in self._delivered if entry not in stored]
                yield from move_received(self._root, stored)

    # Looks

    def look(self) -> Iterator[ScanEvent]:
        """One look into the folder, and the sides of every file that can be taken now.

        Raises Transient SCN-206 when the folder could not be listed for `idle_seconds`.
        """
        now = time.monotonic()
        try:
            self._listing = look(self._root)
        except OSError as error:
            # A share comes back by itself; what was seen before is still on its way.
            self._away = True
            if now - self._listed >= self._settings.idle_seconds:
                reason = error.strerror or str(error)
                folder = printable(str(self._root))
                raise Transient("SCN-206", folder=folder, reason=reason) from error
            return
        self._away, self._listed = False, time.monotonic()
        spent = self._listed - now
        self.pause_seconds = max(self._settings.poll_seconds, spent * _LOOK_SHARE)
        self._arrivals.update(self._untaken(), self._listed)
        self._follow_temporary(self._listed)
        self._find_end()
        yield from self._tell_of_earlier()
        yield from self._move_stored()
        yield from self._take_ready(final=False)

    def _untaken(self) -> dict[PurePath, Stamp]:
        files: dict[PurePath, Stamp] = {}
        for path, stamp in self._listing.files.items():
            entry = self._ledger.taken_as(path, stamp)
            if entry is None:
                entry = self._ledger.moved_from(stamp, self._listing.files.keys())
                if entry is not None and self._passed_over(entry):
                    self._record(path, stamp, None, kind=RENAMED, digest=entry.digest)
            if entry is None or not self._passed_over(entry):
                files[path] = stamp
        return files

    def _passed_over(self, entry: Entry) -> bool:
        return not self._settings.again or entry.batch == self._batch

    def _follow_temporary(self, now: float) -> None:
        for path in [path for path in self._temporary if path not in self._listing.temporary]:
            del self._temporary[path]
        for path, stamp in self._listing.temporary.items():
            known = self._temporary.get(path)
            if known is None or not known[0].same_state(stamp):
                self._temporary[path] = (stamp, now)
                self._arrivals.last_change = now

    def _find_end(self) -> None:
        if self._end is None:
            for path, stamp in self._listing.ends.items():
                entry = self._ledger.taken_as(path, stamp)
                if entry is None or entry.batch == self._batch:
                    self._end = (path, stamp)

    def _tell_of_earlier(self) -> Iterator[ScanEvent]:
        """Say once how many files of earlier batches are still there and are passed over."""
        if self._told:
            return
        self._told = True
        self._ledger.tidy(self._listing.files.keys())
        if self._settings.again:
            return
        earlier = 0
        for path, stamp in self._listing.files.items():
            entry = self._ledger.taken_as(path, stamp)
            earlier += entry is not None and entry.batch != self._batch and entry.kind != STRAY
        if earlier:
            yield ScanWarning(code="SCN-230", parameters={"files": earlier})

    # Taking

    def _take_ready(self, *, final: bool) -> Iterator[ScanEvent]:
        """Take what is whole, in order of arrival, up to the first file that needs more time.

        `final` takes also what is whole but damaged, without further patience.
        """
        writers: set[str] | None = None
        for arrival in self._arrivals.in_order():
            self._cancel.check()
            if self._full():
                return
            now = time.monotonic()
            stuck = self._arrivals.stuck(arrival, now)
            due = stuck and arrival.reason == TRUNCATED
            if final or due or self._arrivals.worth_a_look(arrival, now):
                if writers is None:
                    writers = open_for_writing(self._root)
                arrival.checked_at = now
                taken = self._try(arrival, writers, patient=not (final or stuck))
                if taken is not None:
                    self._arrivals.remove(arrival.path)
                    self._arrivals.last_change = time.monotonic()
                    yield from self._deliver(arrival, taken)
                    continue
            if arrival.reason == _NO_SCAN:
                if stuck or final:
                    yield self._pass_over(arrival)
            elif not (stuck or final):
                return

    def _try(self, arrival: Arrival, writers: set[str], *, patient: bool) -> Taken | None:
        """Take one file, or note in `arrival` why it cannot be taken yet."""
        source = self._root / arrival.path
        if str(Path(self._real_root) / arrival.path) in writers:
            arrival.reason = _OPEN
            return None
        if arrival.stamp.size == 0:
            arrival.reason = _EMPTY
            return None
        try:
            media_type, whole = examine(source)
            if not whole:
                image = media_type or arrival.path.suffix.lower() in IMAGE_SUFFIXES
                arrival.reason = _CUT_OFF if image else _NO_SCAN
                return None
            if not patient or arrival.reason != TRUNCATED:
                taken = take(source, arrival.stamp, self._spool, self._cancel)
                damaged = any(facts.fault in (DAMAGED, TRUNCATED) for facts in taken.frames)
                if not (damaged and patient):
                    return taken
                taken.path.unlink()
            # The end is there, yet it does not decode: the middle may still be missing.
            arrival.reason = TRUNCATED
        except SourceChanged:
            arrival.still_since, arrival.checked_at = time.monotonic(), None
        except OSError as error:
            # Also how Windows says that the sender still has it open.
            arrival.reason = error.strerror or str(error)
        return None

    def _deliver(self, arrival: Arrival, taken: Taken) -> Iterator[ScanEvent]:
        earlier = self._ledger.taken_before(
            arrival.path, taken.digest
        ) or self._ledger.moved_before(arrival.stamp, taken.digest, self._listing.files.keys())
        if earlier is not None and self._passed_over(earlier):
            newer = arrival.stamp.changed > earlier.changed
            if earlier.batch == self._batch or not newer:
                # Times are often set back to those of the original after the last byte. Written
                # anew with the same content is another matter: somebody has to know.
                self._record(arrival.path, arrival.stamp, None, kind=RENAMED, digest=taken.digest)
                taken.path.unlink()
                if newer:
                    yield self._warning("SCN-236", arrival.path)
                return
        self._record(arrival.path, arrival.stamp, taken)
        self._anything = True
        yield from self._sides(arrival.path, taken)

    def _sides(self, path: PurePath, taken: Taken) -> Iterator[ScannedSide]:
        for facts in taken.frames:
            sheet, face = self._count.advance()
            yield ScannedSide(
                path=taken.path,
                frame=facts.frame,
                sheet=sheet,
                face=face,
                media_type=taken.media_type or _UNKNOWN_TYPE,
                source_name=printable(path.as_posix()),
                width=facts.width,
                height=facts.height,
                dpi=facts.dpi,
                fault=facts.fault,
            )

    def _pass_over(self, arrival: Arrival) -> ScanWarning:
        """Tell of a file that is no scan, once for good."""
        self._record(arrival.path, arrival.stamp, None, kind=STRAY)
        self._arrivals.remove(arrival.path)
        return self._warning("SCN-210", arrival.path)

    def _record(
        self,
        path: PurePath,
        stamp: Stamp,
        taken: Taken | None,
        *,
        kind: str = SIDES,
        digest: str = "",
    ) -> None:
        entry = Entry(
            path=str(path),
            size=stamp.size,
            changed=stamp.changed,
            inode=stamp.inode,
            digest=taken.digest if taken else digest,
            batch=self._batch,
            copy=taken.path.name if taken else "",
            frames=len(taken.frames) if taken else 0,
            kind=kind,
        )
        self._ledger.add(entry)
        if taken is not None:
            self._delivered.append(entry)

    # The end of a batch

    def ended(self, now: float) -> bool:
        """Whether nothing more is to come."""
        if self._full():
            return True
        if self._away:
            return False
        quiet = now - self._arrivals.last_change
        if self._end is not None:
            return quiet >= self._settings.patience_seconds or not self._on_the_way()
        seen = self._anything or self._on_the_way()
        return quiet >= (self._settings.idle_seconds if seen else self._settings.first_seconds)

    def closing(self) -> Iterator[ScanEvent]:
        """What is damaged but whole, then every file that never became whole, by name.

        Raises Transient SCN-234 when nothing came at all.
        """
        if not self._full():
            yield from self._take_ready(final=True)
            yield from self._left_behind()
        self._use_up_end()
        yield from self._count.closing_warnings()
        if not self._anything and not self._arrivals.in_order() and self._end is None:
            folder = printable(str(self._root))
            raise Transient("SCN-234", folder=folder, seconds=round(self._settings.first_seconds))

    def stopped(self) -> Iterator[ScanEvent]:
        """What to say when the operator ends the batch: what is still on its way stays there."""
        waiting = len(self._arrivals.in_order()) + len(self._temporary)
        if waiting:
            yield ScanWarning(code="SCN-237", parameters={"files": waiting})
        self._use_up_end()
        yield from self._count.closing_warnings()

    def _use_up_end(self) -> None:
        """The mark stays in the folder and must not end the next batch as well."""
        if self._end is not None:
            self._record(*self._end, None, kind=END_MARK)

    def _left_behind(self) -> Iterator[ScanEvent]:
        for arrival in self._arrivals.in_order():
            if arrival.reason in (_EMPTY, _CUT_OFF, _OPEN, ""):
                yield self._warning("SCN-231", arrival.path)
            else:
                name = printable(arrival.path.as_posix())
                parameters = {"file": name, "reason": arrival.reason}
                yield ScanWarning(code="SCN-232", parameters=parameters)
        for path in self._temporary:
            yield self._warning("SCN-231", path)
        for path in self._arrivals.vanished:
            yield self._warning("SCN-233", path)
        for path, reason in self._listing.unreadable.items():
            name = printable(path.as_posix())
            yield ScanWarning(code="SCN-232", parameters={"file": name, "reason": reason})

    def _full(self) -> bool:
        sheets = self._count.sheet - 1
        return bool(self._sheets) and sheets >= self._sheets

    def _on_the_way(self) -> bool:
        return bool(self._arrivals.in_order() or self._temporary)

    def _warning(self, code: str, path: PurePath) -> ScanWarning:
        return ScanWarning(code=code, parameters={"file": printable(path.as_posix())})
