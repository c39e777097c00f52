"""Whose copy a picture shows: the trace code on it, and the mark that every issued page bears.

The code is read first, for it costs nothing; but a code can be cut out and put on another page.
So the mark is looked for in any case, in the page that the code names or else in the pages that
look like the picture. Nobody is named for a mark that is not there beyond doubt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.domain.reading import PageIssue
from app.kernel.digest import digest_file
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_desk_views import TraceAnswer
from app.services.reading_keys import (
    TRACE_PREFIX,
    is_signed,
    issue_of_code,
    mark_key,
    page_key,
)

FOUND, NOT_FOUND, FORGED = "found", "not_found", "forged"
BY_CODE, BY_MARK = "code", "mark"
# Remarks: the code alone was found, or it is of another issue, or it is none of ours.
CODE_ALONE, CODE_OF_ANOTHER, CODE_FORGED = "code_alone", "code_of_another", "code_forged"

CODES = "ocr.codes.reading:codes_in_picture"
PREPARE = "ocr.tracing.finding:prepare_pages"
PAGES_AT_ONCE = 16
LIKELY = "ocr.tracing.finding:likely_pages"
MARK = "ocr.tracing.detecting:strongest_mark"
SECONDS = 300
# One wrong name in a million pictures, however many issues were compared.
ALARM = 1e-6
PAGES_TRIED = 4
# A signed code cannot be made up, but cut out of another page.
CODE_CONFIDENCE = 0.9


@frozen(kw_only=True)
class _Mark:
    """The mark that was found, and the most its chance can be."""

    issue: PageIssue
    chance: float


class Tracing(Service):
    """Use case of whoever finds a page where it should not be."""

    def trace(self, actor: Actor, path: Path, case_no: str = "") -> TraceAnswer:
        """Whose copy of which page the photograph, scan or copy at `path` shows, when and where it
        was issued. `case_no` narrows the search where no trace code can be read.

        Puts on record that it was asked. Raises BadInput IMG-101 to IMG-105 and ALT-101 for a file
        that shows nothing, CASE-101 for a case that is not registered here.
        """
        actor.require("approve_reading")
        with self._context.storage.read() as tx:
            wanted = self._dossier(tx, case_no).id if case_no else ""
        read = self._context.pool.call(CODES, (str(path),), seconds=SECONDS)
        digest = digest_file(path)
        code = _trace_text([str(record["text"]) for record in read])
        named = self._signed_issue(code)
        mark = self._marked_issue(path, named, wanted)
        answer = self._trace_answer(code, named, mark)
        with self._context.storage.write() as tx:
            tx.audit.record(
                actor.name,
                "page_traced",
                answer.case_no or case_no or "?",
                verdict=answer.verdict,
                issue=answer.issue,
                evidence=list(answer.evidence),
                remark=answer.remark,
                sha256=digest.sha256,
            )
            tx.commit()
        return answer

    def _signed_issue(self, code: str) -> PageIssue | None:
        """The issue that a trace code names, None unless the key of its grant signed it."""
        number = issue_of_code(code)
        if not number:
            return None
        with self._context.storage.read() as tx:
            issue = tx.page_issues.first(id=number)
        if issue is None or not is_signed(page_key(self._context, issue.grant_id), code):
            return None
        return issue

    def _marked_issue(self, path: Path, named: PageIssue | None, wanted: str) -> _Mark | None:
        """The issue whose mark the picture bears. Every issue that was compared counts against the
        one that was found."""
        with self._context.storage.read() as tx:
            issues = tx.page_issues.find(**({"dossier_id": wanted} if wanted else {}))
        by_picture: dict[str, list[PageIssue]] = {}
        for issue in issues:
            by_picture.setdefault(issue.picture, []).append(issue)
        tried: list[str] = []
        compared = 0
        for picture in self._pages_to_try(path, named, by_picture):
            candidates = by_picture.get(picture, [])
            if picture in tried or not candidates:
                continue
            tried.append(picture)
            compared += len(candidates)
            found = self._in_picture(path, picture, candidates, compared)
            if found is not None:
                return found
        return None

    def _pages_to_try(
        self, path: Path, named: PageIssue | None, by_picture: dict[str, list[PageIssue]]
    ) -> Iterator[str]:
        """The page that the code names; the search is made only when its mark is not there."""
        if named is not None:
            yield named.picture
        yield from self._likely(path, by_picture)

    def _in_picture(
        self, path: Path, picture: str, issues: Sequence[PageIssue], compared: int
    ) -> _Mark | None:
        keys = self._mark_keys(issues)
        stored = self._context.blobs.path_of(picture)
        seen: dict[str, Any] = self._context.pool.call(
            MARK, (str(path), str(stored), keys), seconds=SECONDS
        )
        if seen["best"] is None:
            return None
        chance = chance_of(float(seen["strength"]), compared)
        return _Mark(issue=issues[seen["best"]], chance=chance) if chance <= ALARM else None

    def _mark_keys(self, issues: Sequence[PageIssue]) -> list[str]:
        grants = {issue.grant_id for issue in issues}
        keys = {grant: page_key(self._context, grant) for grant in grants}
        return [mark_key(keys[issue.grant_id], issue.id) for issue in issues]

    def _likely(self, path: Path, by_picture: dict[str, list[PageIssue]]) -> list[str]:
        """Digests of the issued pictures that look like this one. What they look like is kept from
        one search to the next."""
        folder = self._context.folders.work / "tracing"
        folder.mkdir(parents=True, exist_ok=True)
        stored = [name for name in by_picture if self._context.blobs.exists(name)]
        missing = [name for name in stored if not (folder / f"{name}.npz").exists()]
        for at in range(0, len(missing), PAGES_AT_ONCE):
            asked = [
                (name, str(self._context.blobs.path_of(name)))
                for name in missing[at : at + PAGES_AT_ONCE]
            ]
            self._context.pool.call(PREPARE, (asked, str(folder)), seconds=SECONDS)
        ready = [(name, str(folder / f"{name}.npz")) for name in stored]
        ready = [(name, file) for name, file in ready if Path(file).exists()]
        if not ready:
            return []
        found: list[str] = self._context.pool.call(
            LIKELY, (str(path), ready, PAGES_TRIED), seconds=SECONDS
        )
        return found

    def _trace_answer(self, code: str, named: PageIssue | None, mark: _Mark | None) -> TraceAnswer:
        if mark is not None:
            both = named is not None and named.id == mark.issue.id
            remark = "" if both or not code else CODE_OF_ANOTHER if named else CODE_FORGED
            evidence = (BY_CODE, BY_MARK) if both else (BY_MARK,)
            told = self._trace_told(mark.issue)
            return attrs.evolve(
                told, confidence=1.0 - mark.chance, evidence=evidence, remark=remark
            )
        if named is not None:
            return attrs.evolve(
                self._trace_told(named),
                confidence=CODE_CONFIDENCE,
                evidence=(BY_CODE,),
                remark=CODE_ALONE,
            )
        if code:
            return TraceAnswer(verdict=FORGED, remark=CODE_FORGED)
        return TraceAnswer(verdict=NOT_FOUND)

    def _trace_told(self, issue: PageIssue) -> TraceAnswer:
        with self._context.storage.read() as tx:
            return _told(tx, issue)


def _told(tx: Transaction, issue: PageIssue) -> TraceAnswer:
    grant = tx.grants.first(id=issue.grant_id)
    dossier = tx.dossiers.first(id=issue.dossier_id)
    return TraceAnswer(
        verdict=FOUND,
        issue=issue.id,
        kind=issue.kind,
        reader=issue.reader,
        certificate_tail=grant.certificate[-4:] if grant is not None else "",
        case_no=dossier.case_no if dossier is not None else "",
        page_number=issue.page_number,
        made_at=issue.made_at,
        terminal=issue.terminal,
        grant=grant.number if grant is not None else "",
        visit=issue.visit_id,
    )


def _trace_text(texts: Sequence[str]) -> str:
    """The trace code among the codes on a picture, "" where there is none."""
    return next((text for text in texts if text.startswith(TRACE_PREFIX)), "")


def chance_of(strength: float, compared: int) -> float:
    """How likely the strongest of so many marks that have nothing to do with a picture would be as
    strong as `ocr.tracing.scoring.strengths` tells, at most (the bound is named there)."""
    return min(1.0, compared * math.exp(-(strength**2) / 2)) if strength > 0 else 1.0
