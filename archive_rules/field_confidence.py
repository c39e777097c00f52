"""How sure the single fields of a proposed document are, and why."""

from __future__ import annotations

from archive_rules.api import FieldProposal, Reason
from archive_rules.boundaries import Beginning
from archive_rules.dates import FoundDate
from archive_rules.declared import Declaration
from archive_rules.templates import TemplateRow

_NO_TITLE = 0.3
_DECLARED = 0.8
_DECLARED_MISREAD = 0.6
_DECLARED_AND_TITLE = 0.98
_DIFFERS = 0.55
_UNKNOWN_TITLE = 0.6
_MENDED = 0.8
_OWN_WORDS = 0.82
_CERTAIN = 0.97
_KNOWN_CLASS = 0.97
_BY_TITLE_UNSURE = 0.6
_FROM_NEIGHBOUR = 0.4
_RANGE_DOUBT = 0.65


def title_field(beginning: Beginning) -> FieldProposal:
    """The title: read in the words of a known title, mended, or taken from a catalogue."""
    code = beginning.reason.code
    if code == "no_title":
        confidence = _NO_TITLE
    elif code == "declared":
        confidence = min(_declared(beginning.declaration), beginning.confidence)
    elif code == "declared_and_title":
        exact = beginning.declaration is None or beginning.declaration.exact
        confidence = _DECLARED_AND_TITLE if exact else _MENDED
    elif code == "title_differs":
        confidence = _DIFFERS
    else:
        confidence = _of_line(beginning.title_score, known=beginning.known is not None)
    return FieldProposal(confidence=confidence, reason=beginning.reason)


def _declared(declaration: Declaration | None) -> float:
    """A title that only a catalogue tells; one read with slips is for a person."""
    exact = declaration is None or declaration.exact
    return _DECLARED if exact else _DECLARED_MISREAD


def _of_line(score: float, *, known: bool) -> float:
    if not known:
        return _UNKNOWN_TITLE
    if score >= 0.9:
        return _CERTAIN
    return min(_OWN_WORDS, max(_BY_TITLE_UNSURE, score))


def item_confidence(beginning: Beginning, title: FieldProposal, *, stray: bool) -> float:
    """How sure the row as a whole is: its beginning, its title, that nothing else begins inside
    it, and that it holds no `stray` page whose number belongs elsewhere."""
    sure = min(beginning.confidence, title.confidence)
    return min(sure, _RANGE_DOUBT) if beginning.doubtful >= 0 or stray else sure


def category_field(
    beginning: Beginning, row: TemplateRow, *, listed: bool, title: FieldProposal
) -> FieldProposal:
    """The row of the template: what the title names, the rest of the list, or a neighbour's."""
    parameters: dict[str, str | int | float] = {"row": row.number}
    if beginning.reason.code == "no_title":
        return FieldProposal(
            confidence=_FROM_NEIGHBOUR,
            reason=Reason(code="category_neighbour", parameters=parameters),
        )
    if not listed:
        return FieldProposal(
            confidence=_BY_TITLE_UNSURE, reason=Reason(code="category_other", parameters=parameters)
        )
    return FieldProposal(
        confidence=min(_KNOWN_CLASS, max(title.confidence, _MENDED)),
        reason=Reason(code="category_of_title", parameters=parameters),
    )


def date_field(found: FoundDate) -> FieldProposal:
    """The date: below the signature, behind a label, or read with a slip."""
    return FieldProposal(
        confidence=found.confidence,
        reason=Reason(code=found.code, parameters={"line": found.line[:40]}),
    )
