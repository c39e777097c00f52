"""Derivatives (派生图像) to hand on: the pages of a case as their recipes show them, in full."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.domain.access import Actor
from app.domain.dossier import Side
from app.kernel.errors import Refused
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.arranging import Arranging
from app.services.placing import order_of

FORMATS = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif"}
"""Format of a derivative and how the names of its files end."""

SECONDS = 120.0


class Derivatives(Arranging):
    """Use cases of whoever needs the conditioned pages as files."""

    def write_derivatives(
        self,
        actor: Actor,
        case_no: str,
        folder: Path,
        form: str = "jpeg",
        side_ids: Sequence[str] | None = None,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> list[Path]:
        """Write sides (None: all that can be shown), upright and conditioned, at full size into
        the empty or new `folder`, named by their place in the dossier.

        Masters and packages are not touched. Raises Refused INS-107 when sides left the order,
        INS-110 when one that was asked for cannot be read, INS-112 when the folder holds
        something, and Broken IMG-122 when it cannot be written; what was written then stays.
        """
        actor.require("inspect")
        token = cancel or CancelToken()
        sides = self._derivable(case_no, side_ids)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refused("INS-112", folder=str(folder))
        digits = max(4, len(str(max((side.position for side in sides), default=0))))
        files = [folder / f"{side.position:0{digits}d}{FORMATS[form]}" for side in sides]
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            # Pictures leave the system: that is told before the first of them does.
            tx.audit.record(
                actor.name,
                "derivatives_written",
                dossier.case_no,
                sides=len(sides),
                format=form,
                folder=str(folder),
            )
            tx.commit()
        with ThreadPoolExecutor(max(1, min(4, self._context.live_pool.workers))) as threads:
            work = [
                threads.submit(self._derive, side, path, form, token)
                for side, path in zip(sides, files, strict=True)
            ]
            try:
                for done, future in enumerate(work, start=1):
                    future.result()
                    report(Progress(step="derive", done=done, total=len(sides)))
            finally:
                for future in work:
                    future.cancel()
        return files

    def _derivable(self, case_no: str, side_ids: Sequence[str] | None) -> list[Side]:
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            order = order_of(tx, dossier)
            sides = tx.sides.find(id=list(order if side_ids is None else side_ids))
        if side_ids is not None:
            if not sides or {side.id for side in sides} - set(order):
                raise Refused("INS-107")
            for side in sides:
                if not side.picture:
                    raise Refused("INS-110", position=side.position)
        return sorted((side for side in sides if side.picture), key=lambda side: side.position)

    def _derive(self, side: Side, path: Path, form: str, cancel: CancelToken) -> None:
        cancel.check()
        master = str(self._context.blobs.path_of(side.master))
        arguments = (master, side.frame, side.turn, side.recipe, str(path), form)
        self._context.live_pool.call(
            "ocr.derivatives:derive", arguments, seconds=SECONDS, cancel=cancel
        )
