"""Fills an empty folder with the files of a package: masters, PDFs, texts, metadata, manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

from app.adapters.packaging.bag import payload_of
from app.adapters.packaging.catalogue_files import catalogue_xml, dossier_title, readme_text
from app.adapters.packaging.encapsulation import encapsulation_xml
from app.adapters.packaging.manifest import total_size, write_manifest
from app.adapters.packaging.naming import (
    CATALOGUE_PATH,
    EVENTS_PATH,
    PARTS,
    README_PATH,
    ImageNames,
    layout_of,
    path_name,
)
from app.adapters.packaging.ofd import write_ofd
from app.adapters.packaging.pdf import Bookmark, PdfPage, WrittenPdf, write_pdf
from app.adapters.packaging.picture_facts import picture_facts
from app.adapters.packaging.plan import (
    FORMAT,
    ItemPlan,
    PackagePlan,
    PagePlan,
    VolumePlan,
    canonical,
    plan_digest,
)
from app.kernel.digest import CHUNK, Digest, digest_file
from app.kernel.errors import Broken
from app.kernel.progress import CancelToken, Progress, Report

VERIFIER = "verify.py"
_ROLE_LABELS = {
    "cover": "封面",
    "catalogue": "目录",
    "blank": "空白",
    "remarks": "备考表",
    "separator": "分隔页",
    "page": "未编号",
}

# Called with the PDF file of each volume and its path in the package before its digest is taken:
# whoever signs it changes its bytes.
Finish = Callable[[Path, str], None]


class Builder:
    """Fills one empty folder with the package."""

    def __init__(
        self,
        plan: PackagePlan,
        root: Path,
        progress: Report,
        cancel: CancelToken,
        finish: Finish | None = None,
    ) -> None:
        self._plan, self._root, self._finish = plan, root, finish
        self._layout = layout_of(plan.case)
        self._progress, self._cancel = progress, cancel
        self._files: dict[str, Digest] = {}
        self._unreadable: set[int] = set()
        self._done, self._total = 0, 5 * len(plan.pages)

    def run(self) -> tuple[Digest, dict[str, int], tuple[int, ...]]:
        """Write everything; gives identity, counts and the positions that cannot be decoded."""
        plan = self._plan
        volumes = [self._volume(volume) for volume in plan.volumes]
        counts = {
            "volumes": len(volumes),
            "items": sum(len(volume["items"]) for volume in volumes),
            "pages": sum(page.page_number is not None for page in plan.pages),
            "sides": len(plan.pages),
        }
        self._write(self._layout.encapsulation, encapsulation_xml(plan, volumes, self._files))
        self._write(CATALOGUE_PATH, catalogue_xml(plan, volumes))
        self._write(README_PATH, readme_text(plan, counts))
        self._write(EVENTS_PATH, canonical([asdict(event) for event in plan.events]))
        self._verifier()
        payload = payload_of(self._files)
        counts |= {"files": len(payload), "bytes": total_size(payload.values())}
        content = {
            "format": FORMAT,
            "package_id": plan.package_id,
            "plan_sha256": plan_digest(plan),
            "created": plan.created.isoformat(),
            "version": plan.version,
            "earlier": list(plan.earlier),
            "mode": plan.mode,
            "provisional": plan.provisional,
            "case": {**plan.case, "title": dossier_title(plan)},
            "counts": counts,
            "volumes": volumes,
            "events": len(plan.events),
            "accepted": list(plan.accepted),
        }
        identity = write_manifest(self._root, content, self._files)
        return identity, counts, tuple(sorted(self._unreadable))

    def _volume(self, volume: VolumePlan) -> dict[str, Any]:
        folder = self._layout.volume(volume.part, volume.number)
        for name in ("件", "图像"):
            (self._root / folder / name).mkdir(parents=True, exist_ok=True)
        sides = self._masters(volume, folder)
        items = [self._item(volume, item, folder) for item in volume.items]
        name = f"{folder}/第{volume.number:02d}册"
        bookmarks = tuple(
            Bookmark(title=item.title, page_index=item.first) for item in volume.items
        )
        title = f"{self._plan.case['case_no']} {PARTS[volume.part]} 第{volume.number:02d}册"
        self._document(write_pdf, f"{name}.pdf", volume.pages, title, bookmarks)
        if self._finish is not None:
            self._finish(self._root / f"{name}.pdf", f"{name}.pdf")
            self._files[f"{name}.pdf"] = digest_file(self._root / f"{name}.pdf")
        self._document(write_ofd, f"{name}.ofd", volume.pages, title, bookmarks)
        for side in sides:
            side["unreadable"] = side["position"] in self._unreadable
        return {
            "part": volume.part,
            "number": volume.number,
            "pdf": f"{name}.pdf",
            "ofd": f"{name}.ofd",
            "items": items,
            "sides": sides,
        }

    def _masters(self, volume: VolumePlan, folder: str) -> list[dict[str, Any]]:
        """Copy the masters of a volume; a container of several sides is copied once."""
        containers = {page.sha256 for page in volume.pages if page.frame > 0}
        names, placed = ImageNames(), dict[str, str]()
        sides = []
        for index, page in enumerate(volume.pages):
            self._step("masters")
            name = names.next(page.page_number, page.media_type)
            path = placed.get(page.sha256) or f"{folder}/图像/{name}"
            if page.sha256 in containers:
                placed[page.sha256] = path
            if path not in self._files:
                self._files[path] = self._copy_master(page, self._root / path)
            facts = picture_facts(self._root / path, page.frame)
            sides.append(
                {
                    "position": page.position,
                    "role": page.role,
                    "page_number": page.page_number,
                    "label": label_of(page),
                    "item": _item_of(volume, index),
                    "file": path,
                    "frame": page.frame,
                    "sha256": page.sha256,
                    "media_type": page.media_type,
                    "dpi": page.dpi,
                    "colour": facts.colour,
                    "compression": facts.compression,
                    "turn": page.turn,
                    "deskew_deg": round(page.deskew_deg, 3),
                    "fault": page.fault,
                    "text": self._text(page, folder, Path(name).stem),
                }
            )
        return sides

    def _copy_master(self, page: PagePlan, target: Path) -> Digest:
        sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
        try:
            source = page.master.open("rb")
        except OSError as error:
            raise Broken(
                "PKG-302", position=page.position, page=label_of(page), file=str(page.master)
            ) from error
        with source, target.open("xb") as copy:
            while chunk := source.read(CHUNK):
                sha256.update(chunk)
                sm3.update(chunk)
                copy.write(chunk)
                size += len(chunk)
        if sha256.hexdigest() != page.sha256:
            raise Broken(
                "PKG-301",
                position=page.position,
                page=label_of(page),
                expected=page.sha256,
                found=sha256.hexdigest(),
            )
        return Digest(sha256=sha256.hexdigest(), sm3=sm3.hexdigest(), size=size)

    def _text(self, page: PagePlan, folder: str, stem: str) -> str:
        if not self._plan.texts or not page.lines:
            return ""
        path = f"{folder}/文本/{stem}.json"
        lines = [
            {"text": line.text, "box": [round(value, 1) for value in line.box]}
            for line in page.lines
        ]
        size = {"width": page.width, "height": page.height, "turn": page.turn}
        self._write(path, canonical({"position": page.position, **size, "lines": lines}))
        return path

    def _item(self, volume: VolumePlan, item: ItemPlan, folder: str) -> dict[str, Any]:
        pages = volume.pages[item.first : item.last + 1]
        numbered = [page.page_number for page in pages if page.page_number is not None]
        name = f"{folder}/件/{item.number:03d}_{path_name(item.title)}"
        self._document(write_pdf, f"{name}.pdf", pages, item.title, ())
        self._document(write_ofd, f"{name}.ofd", pages, item.title, ())
        return {
            "number": item.number,
            "title": item.title,
            "category": item.category,
            "date": item.date,
            "responsible": item.responsible,
            "first": item.first,
            "last": item.last,
            "first_page": min(numbered, default=None),
            "last_page": max(numbered, default=None),
            "sides": len(pages),
            "pdf": f"{name}.pdf",
            "ofd": f"{name}.ofd",
        }

    def _document(
        self,
        write: Callable[..., WrittenPdf],
        path: str,
        pages: tuple[PagePlan, ...],
        title: str,
        bookmarks: tuple[Bookmark, ...],
    ) -> None:
        """A PDF or OFD of some pages; its digest is taken from the disk."""

        def stepping() -> Iterator[PdfPage]:
            for page in pages:
                self._step("pdf")
                yield _pdf_page(page)

        written = write(
            self._root / path,
            stepping(),
            title=title,
            author=self._plan.case.get("court", ""),
            subject=" ".join(
                filter(None, (self._plan.case["case_no"], self._plan.case.get("cause")))
            ),
            bookmarks=bookmarks,
            created=self._plan.created,
        )
        self._unreadable.update(pages[index].position for index in written.unreadable)
        self._files[path] = digest_file(self._root / path)

    def _write(self, path: str, data: bytes) -> None:
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self._files[path] = digest_file(target)

    def _verifier(self) -> None:
        """The stand-alone program that checks the package, as far as this program has it."""
        source = resources.files("resources").joinpath("verify", VERIFIER)
        if source.is_file():
            self._write(VERIFIER, source.read_bytes())

    def _step(self, step: str) -> None:
        self._cancel.check()
        self._done += 1
        self._progress(Progress(step=step, done=min(self._done, self._total), total=self._total))


def _pdf_page(page: PagePlan) -> PdfPage:
    return PdfPage(
        path=page.master,
        frame=page.frame,
        media_type=page.media_type,
        turn=page.turn,
        deskew_deg=page.deskew_deg,
        dpi=page.dpi,
        label=label_of(page),
        lines=page.lines,
        width=page.width,
        height=page.height,
    )


def label_of(page: PagePlan) -> str:
    """What readers and faults call a side: its label, its page number, or its role."""
    if page.label:
        return page.label
    if page.page_number is not None:
        return str(page.page_number)
    return _ROLE_LABELS.get(page.role, page.role)


def _item_of(volume: VolumePlan, index: int) -> int | None:
    return next((item.number for item in volume.items if item.first <= index <= item.last), None)
