"""What a field of the catalogue may be, from the template and from the text of the page at hand."""

from __future__ import annotations

import re

from attrs import frozen

from app.domain.dossier import MAIN, Recognised
from app.services.catalogue_templates import template_of
from app.services.cataloguing import Cataloguing
from app.services.side_evidence import party_names
from archive_rules.dates import find_dates
from archive_rules.lexicon import load_lexicon
from archive_rules.text import plain, words

_TITLE_LENGTH = range(2, 31)
_TOP_LINES = 8
_COURT = re.compile(r"[\u4e00-\u9fff]{2,24}(?:人民法院|人民检察院|公安局|律师事务所|有限公司)$")


@frozen(kw_only=True)
class Suggestions:
    """Completions of the fields, the likeliest first."""

    title: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    author: tuple[str, ...] = ()

    def of(self, field: str) -> tuple[str, ...]:
        """Those of one field; none for a field that has no completion."""
        found: tuple[str, ...] = getattr(self, field, ())
        return found


class Suggesting(Cataloguing):
    """Completions for the row that a person corrects."""

    def suggestions(self, case_no: str, position: int = 0) -> Suggestions:
        """Completions for a row that begins at the side at `position` (0: for no page at all):
        first what stands on that page, then the template and the documents courts know."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            side = tx.sides.first(dossier_id=dossier.id, superseded=False, position=position)
            read = tx.recognised.first(side_id=side.id) if side is not None else None
            template = template_of(tx, dossier, side.part if side is not None else MAIN)
            used = [title for (title,) in tx.items.pick(("title",), dossier_id=dossier.id)]
            authors = [dossier.court, *party_names(dossier), *_signers(read)]
        lines = _lines(read)
        titles = [words(line) for line in lines[:_TOP_LINES] if len(words(line)) in _TITLE_LENGTH]
        rows = [row.title for row in template.rows]
        known = sorted(title.name for title in load_lexicon().titles)
        dates = [date.isoformat() for line in lines for date, _s, _e in find_dates(plain(line))]
        return Suggestions(
            title=_once([*titles, *used, *known]),
            category=_once(rows),
            date=_once(reversed(dates)),
            author=_once(authors),
        )


def _lines(read: Recognised | None) -> list[str]:
    return [line["text"] for line in read.tree["lines"] if line["text"]] if read else []


def _signers(read: Recognised | None) -> list[str]:
    """Courts, offices and companies that head or sign the page."""
    found = [words(line) for line in _lines(read) if _COURT.search(words(line))]
    return found[:4]


def _once(values: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))  # type: ignore[attr-defined]
