"""Images named by path, without a case and without a database: inspected or read side by side."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import groupby
from pathlib import Path
from typing import Any

from attrs import field, frozen

from app.kernel.errors import BadInput, Fault
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.outliers import name_outliers
from app.services.ports import WorkerPool
from ocr.similarity import find_duplicates
from scanner.api import ScannedSide, ScanRequest, ScanWarning
from scanner.session import open_source

EXAMINE_SECONDS = 120.0
RECOGNISE_SECONDS = 300.0
ATTEMPTS = 2
# A crash, a time limit or a bug on one image is a finding of that image, and so is a file that is
# not there any more or may not be read; the others go on.
OF_ONE_IMAGE = ("JOB-101", "JOB-102", "JOB-105", "IMG-104", "IMG-105")


@frozen(kw_only=True)
class ImageSide:
    """One side of a named file; `file` is the path as it was given, or below the folder given."""

    file: str
    path: Path
    frame: int


@frozen(kw_only=True)
class Bench:
    """Inspection and recognition of named files by all workers of a pool."""

    pool: WorkerPool
    limits: dict[str, float] = field(factory=dict)

    def inspect(
        self,
        paths: list[Path],
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> list[dict[str, Any]]:
        """Examine every side in the order given; twins are named by position, and what differs from
        the rest by its size; `deviation` (0 to 1) says how odd a side is among the others.

        Raises BadInput SCN codes for a path that is not there or holds no image.
        """
        cancel = cancel or CancelToken()
        sides = image_sides(paths, cancel)
        found = self._side_by_side(
            sides, lambda side: self._examined(side, self.limits, cancel), "inspect", report, cancel
        )
        records = [
            {"file": side.file, "frame": side.frame, "position": position} | examination
            for position, (side, examination) in enumerate(zip(sides, found, strict=True), start=1)
        ]
        _name_twins(records)
        name_outliers(records, self.limits)
        return records

    def recognise(
        self,
        paths: list[Path],
        engine: str,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> list[dict[str, Any]]:
        """Read every side in the order given, turned upright first. Raises as `inspect`."""
        cancel = cancel or CancelToken()
        sides = image_sides(paths, cancel)
        return self._side_by_side(
            sides, lambda side: self._recognised(side, engine, cancel), "ocr", report, cancel
        )

    def _side_by_side(
        self,
        sides: list[ImageSide],
        work: Callable[[ImageSide], dict[str, Any]],
        step: str,
        report: Report,
        cancel: CancelToken,
    ) -> list[dict[str, Any]]:
        # The threads only wait for the worker processes; the first fault stops the rest.
        with ThreadPoolExecutor(max_workers=self.pool.workers) as threads:
            futures = [threads.submit(work, side) for side in sides]
            try:
                _follow(futures, step, report, cancel)
            except BaseException:
                cancel.cancel()
                for future in futures:
                    future.cancel()
                raise
            return [future.result() for future in futures]

    def _examined(
        self, side: ImageSide, limits: dict[str, float] | None, cancel: CancelToken
    ) -> dict[str, Any]:
        try:
            examination: dict[str, Any] = self._call(
                "ocr.inspection:examine",
                (str(side.path), side.frame, limits),
                EXAMINE_SECONDS,
                cancel,
            )
        except Fault as fault:
            if fault.code not in OF_ONE_IMAGE:
                raise
            return _unreadable(fault)
        error = examination.pop("fault", "")
        return examination | ({"error": error} if error else {})

    def _recognised(self, side: ImageSide, engine: str, cancel: CancelToken) -> dict[str, Any]:
        record: dict[str, Any] = {
            "file": side.file,
            "frame": side.frame,
            "engine": engine,
            "orientation": 0,
            "text": "",
            "lines": [],
            "numbers": [],
            "seconds": 0.0,
        }
        examination = self._examined(side, None, cancel)
        findings = {finding["code"]: finding for finding in examination["findings"]}
        if "error" in examination:
            record["error"] = examination["error"]
        if "unreadable" in findings and not examination["width"]:
            return {"error": "IMG-101"} | record
        turn = int(findings["orientation"]["value"]) if "orientation" in findings else 0
        skew = float(examination["measures"].get("skew_deg", 0.0))
        try:
            answer = self._call(
                "ocr.recognition:recognise",
                (str(side.path), side.frame, turn, engine, skew),
                RECOGNISE_SECONDS,
                cancel,
            )
        except Fault as fault:
            if fault.code not in OF_ONE_IMAGE:
                raise
            return record | {"orientation": turn, "error": fault.code}
        lines = answer["tree"]["lines"]
        return record | {
            "engine": answer["tree"]["engine"],
            "orientation": turn,
            "text": "\n".join(line["text"] for line in lines if line["text"]),
            "lines": [{key: line[key] for key in ("text", "confidence", "box")} for line in lines],
            "numbers": answer["numbers"],
            "needs_person": answer.get("fields", {}).get("needs_person", []),
            "seconds": float(answer.get("seconds", 0.0)),
        }

    def _call(
        self, function: str, arguments: tuple[Any, ...], seconds: float, cancel: CancelToken
    ) -> Any:
        for _attempt in range(1, ATTEMPTS):
            cancel.check()
            try:
                return self.pool.call(function, arguments, seconds=seconds, cancel=cancel)
            except Fault as fault:
                if fault.code != "JOB-101":
                    raise
        cancel.check()
        return self.pool.call(function, arguments, seconds=seconds, cancel=cancel)


def _follow(
    futures: list[Future[dict[str, Any]]], step: str, report: Report, cancel: CancelToken
) -> None:
    """Tell how far they are until all are done; raises the first fault as soon as it is there."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        cancel.check()
        if done:
            report(Progress(step=step, done=len(futures) - len(waiting), total=len(futures)))


def _unreadable(fault: Fault) -> dict[str, Any]:
    finding = {"code": "unreadable", "severity": "fail", "value": 0.0, "limit": 0.0, "box": None}
    return {
        "width": 0,
        "height": 0,
        "dpi": 0,
        "measures": {},
        "findings": [finding],
        "blank": False,
        "error": fault.code,
    }


def _name_twins(records: list[dict[str, Any]]) -> None:
    """Add `duplicate` findings, and take the fingerprints out: they say nothing to a reader."""
    prints = [record.pop("fingerprint", "") for record in records]
    for record, fingerprint in zip(records, prints, strict=True):
        record["findings"] = list(record["findings"])
        if record["blank"] and fingerprint:
            prints[record["position"] - 1] = ""
    for later, earlier, likeness in find_duplicates(prints):
        records[later]["findings"].append(
            {
                "code": "duplicate",
                "severity": "warn",
                "value": records[earlier]["position"],
                "limit": round(likeness, 4),
                "box": None,
            }
        )


def image_sides(paths: list[Path], cancel: CancelToken | None = None) -> list[ImageSide]:
    """Every side of every path in the order given, by the folder driver's reading of files.

    Raises BadInput SCN-204 (nothing there), SCN-205 (a folder without images), SCN-207 (a file
    that is no image) and what else the driver raises.
    """
    cancel = cancel or CancelToken()
    for path in paths:
        if not path.exists():
            raise BadInput("SCN-204", folder=str(path))
    sides: list[ImageSide] = []
    for is_folder, group in groupby(paths, key=Path.is_dir):
        if is_folder:
            for folder in group:
                sides.extend(_in_folder(folder, cancel))
        else:
            sides.extend(_of_files(list(group), cancel))
    return sides


def _in_folder(folder: Path, cancel: CancelToken) -> Iterator[ImageSide]:
    root = folder.absolute()
    for event in _events(folder, cancel):
        if isinstance(event, ScannedSide):
            shown = folder / event.path.relative_to(root)
            yield ImageSide(file=str(shown), path=event.path, frame=event.frame)


def _of_files(files: list[Path], cancel: CancelToken) -> Iterator[ImageSide]:
    """One driver host for all of them: a folder of links, named by their order.

    Where links cannot be made (Windows without the right to), each file gets a host.
    """
    with tempfile.TemporaryDirectory(prefix="juanzong-") as folder:
        links = {}
        try:
            for index, file in enumerate(files):
                link = Path(folder) / f"{index:07}{file.suffix}"
                link.symlink_to(file.absolute())
                links[link.name] = file
        except OSError:
            links = {}
        if not links:
            for file in files:
                yield from _of_one_file(file, cancel)
            return
        try:
            events = list(_events(Path(folder), cancel))
        except BadInput as fault:
            if fault.code != "SCN-205":
                raise
            raise BadInput("SCN-207", file=str(files[0])) from fault
        for event in events:
            if isinstance(event, ScannedSide):
                file = links[event.path.name]
                yield ImageSide(file=str(file), path=file.absolute(), frame=event.frame)
            elif event.parameters.get("file") in links:
                raise BadInput("SCN-207", file=str(links[event.parameters["file"]]))


def _of_one_file(file: Path, cancel: CancelToken) -> Iterator[ImageSide]:
    for event in _events(file, cancel):
        if isinstance(event, ScannedSide):
            yield ImageSide(file=str(file), path=file.absolute(), frame=event.frame)


def _events(path: Path, cancel: CancelToken) -> Iterator[ScannedSide | ScanWarning]:
    with tempfile.TemporaryDirectory(prefix="juanzong-") as spool:
        driver, name = open_source(f"folder:{path.absolute()}")
        yield from driver.scan(ScanRequest(name=name, spool=Path(spool)), cancel)
