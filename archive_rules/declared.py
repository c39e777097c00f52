"""What the catalogues made by people say about a page: evidence, not the answer.

A row of a catalogue may be wrong, so a title found on another page than the one declared moves
the beginning of the document there; where the pages carry no titles, the declared pages decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_rules.api import DeclaredRow
from archive_rules.lexicon import Lexicon, Title, title_for
from archive_rules.templates import Template
from archive_rules.text import distance, lost_one, words
from archive_rules.titles import PageTitle

_STRONG = 0.55
_WINDOW = 4
_EXACT = 0.95
_MENDED = 0.7
_ALIKE_WORDS = 0.3
# Stamps and rules of the table are read into the titles of a catalogue.
_STRAY_CHARACTERS = 4
_CLEARLY_READ = 0.9
_SHORTEST = 3
# A catalogue that names other documents than most titled pages show is that of another dossier.
_FEWEST_JUDGED = 4
_BELIEVED = 0.65


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """One declared row with what its title means; `title` is its title for comparison, `exact`
    tells that its words need no mending, `mended` is what a misread title was meant to say,
    `recognised` that the row was read from paper, `implied` that its end follows from the next."""

    row: DeclaredRow
    last_page: int | None
    known: Title | None
    title: str
    exact: bool = True
    mended: str = ""
    recognised: bool = False
    implied: bool = False

    @property
    def may_hide(self) -> bool:
        """Whether another row may be lost within the pages of this one: its end is not written,
        and follows from the next row that could be read."""
        group = self.known is not None and self.known.group
        return self.recognised and self.implied and not group


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredStart:
    """A declared beginning on a page. `titled` when the page itself carries that title."""

    declaration: Declaration
    titled: bool
    moved: bool


def read_declarations(
    rows: Sequence[DeclaredRow], lexicon: Lexicon, *, recognised: bool = False
) -> tuple[Declaration, ...]:
    """The rows with the ends that follow from the next row where none is written. Only the titles
    of `recognised` rows may have been misread, and only their pages."""
    found = []
    rows = _with_likely_pages(rows) if recognised else rows
    for index, row in enumerate(rows):
        last = row.last_page
        following = rows[index + 1].first_page if index + 1 < len(rows) else None
        if last is None and row.first_page is not None and following is not None:
            last = max(row.first_page, following - 1)
        match = lexicon.match(row.title)
        known = match.title if match is not None else None
        exact = not recognised or (match is not None and match.score >= _EXACT)
        mended = "" if exact or match is None or match.score < _MENDED else match.printed
        found.append(
            Declaration(
                row=row,
                last_page=last,
                known=known,
                title=words(row.title),
                exact=exact,
                mended=mended,
                recognised=recognised,
                implied=row.last_page is None,
            )
        )
    return tuple(found)


def _with_likely_pages(rows: Sequence[DeclaredRow]) -> tuple[DeclaredRow, ...]:
    """The rows, a first page that is out of all order taken for misread: it follows from the end
    of the row before, or is not known."""
    kept = _rising([row.first_page for row in rows])
    likely: list[DeclaredRow] = []
    for index, row in enumerate(rows):
        if index in kept:
            likely.append(row)
            continue
        before = likely[-1].last_page if likely else None
        following = next((rows[later].first_page for later in kept if later > index), None)
        first = before + 1 if before is not None else None
        if first is None or (following is not None and first >= following):
            likely.append(DeclaredRow(title=row.title, first_page=None))
            continue
        last = row.last_page
        within = last is not None and first <= last and (following is None or last < following)
        likely.append(
            DeclaredRow(title=row.title, first_page=first, last_page=last if within else None)
        )
    return tuple(likely)


def _rising(values: Sequence[int | None]) -> list[int]:
    """The places of the longest run, with gaps, of values that do not fall."""
    places = [index for index, value in enumerate(values) if value is not None]
    length: dict[int, tuple[int, int]] = {}  # of the run that ends here, and the place before
    for index in places:
        value = values[index]
        longest = (0, -1)
        for earlier in places:
            if earlier >= index:
                break
            other = values[earlier]
            if other is not None and value is not None and other <= value:
                longest = max(longest, (length[earlier][0], earlier))
        length[index] = (longest[0] + 1, longest[1])
    run: list[int] = []
    place = max(length, key=lambda index: length[index][0], default=-1)
    while place >= 0:
        run.append(place)
        place = length[place][1]
    return run[::-1]


def extend(lexicon: Lexicon, declarations: Sequence[Declaration]) -> Lexicon:
    """The lexicon with the declared titles it does not know, misread ones left out."""
    fresh = [
        title_for(item.title, item.known)
        for item in declarations
        if len(item.title) >= 3
        and not item.mended
        and (item.known is None or item.title not in item.known.names)
    ]
    return lexicon.extended(fresh) if fresh else lexicon


def same_document(declared: Declaration, found: PageTitle, template: Template) -> bool:
    """Whether a title on a page is that of the declared row, or of a paper that belongs to it
    (the 营业执照 within 被告身份证明)."""
    text = words(found.text)
    longest = max(len(text), len(declared.title))
    if distance(text, declared.title, longest // 4) <= longest // 4:
        return True
    if len(text) >= 3 and (text in declared.title or declared.title in text):
        return True
    if declared.recognised and _shortens(declared.title, text):
        return True
    if declared.known is None or found.title is None:
        return False
    if declared.known.name == found.title.name:
        return True
    if not declared.known.group:
        return False
    row = template.row_for(declared.known.classes)
    return row is not None and any(name in row.classes for name in found.title.classes)


def _shortens(short: str, title: str) -> bool:
    """Whether a clerk may have written a title for short: 审委会记录 for 审判委员会讨论案件记录."""
    if not _SHORTEST <= len(short) < len(title) or short[-1] != title[-1]:
        return False
    rest = iter(title)
    return all(character in rest for character in short)


def _by_its_words(declared: Declaration, found: PageTitle) -> bool:
    """Whether the row names the very document, not only another of its class (借条, 公证书): what
    lies in a dossier of another case may be of the same class by chance."""
    mixed = declared.known is not None and declared.known.mixed
    return not mixed or _alike(words(found.text), declared.title)


def _alike(first: str, second: str) -> bool:
    """Whether two titles share a good part of their pairs of characters."""
    left = {first[i : i + 2] for i in range(len(first) - 1)}
    right = {second[i : i + 2] for i in range(len(second) - 1)}
    return 2 * len(left & right) >= _ALIKE_WORDS * (len(left) + len(right))


def corrected_title(declaration: Declaration, title: PageTitle | None) -> str:
    """The declared title, what was lost or misread in it mended by the title on the page.

    A catalogue may name a document in other words than its own heading does; those words stand,
    for the electronic catalogue is held against the one of paper. Words that no title has were not
    read: then the clear title of the page stands.
    """
    clear = title is not None and title.title is not None and title.score >= _CLEARLY_READ
    group = declaration.known is not None and declaration.known.group
    if title is None or not clear or not declaration.recognised or group:
        return declaration.row.title if declaration.exact else _mended(declaration)
    own = words(title.text)
    if declaration.exact:
        lost = title.certain and lost_one(declaration.title, own)
        return title.text if lost else declaration.row.title
    allowed = max(1, len(own) // 3)
    near = distance(words(declaration.row.title), own, allowed) <= allowed
    # Of a title in two rows perhaps only the second was seen on the page.
    longer = len(declaration.title) - len(own)
    part = own in declaration.title and longer > _STRAY_CHARACTERS
    if near or (declaration.known is None and not part):
        return title.text
    return _mended(declaration)


def declared_kind(declaration: Declaration, title: PageTitle | None) -> Title | None:
    """What the document is: by the row, or by the page where the row was not read exactly."""
    own = title.title if title is not None else None
    clear = title is not None and title.score >= _CLEARLY_READ
    if own is not None and clear and not declaration.exact:
        return own
    return declaration.known or own


def _mended(declaration: Declaration) -> str:
    return declaration.mended or declaration.row.title


def contradicts(declared: Declaration, title: PageTitle, template: Template) -> bool:
    """Whether a page names another document than the catalogue. A declared title that the
    lexicon does not know cannot be contradicted: the catalogue has its own words for it."""
    if title.strength < _STRONG or title.title is None or declared.known is None:
        return False
    return not same_document(declared, title, template)


def is_believed(
    starts: dict[int, DeclaredStart], titles: Sequence[PageTitle | None], template: Template
) -> bool:
    """Whether a catalogue is that of this dossier: its rows agree with two thirds of the
    titles on the pages they name."""
    agree = against = 0
    for index, start in starts.items():
        title = titles[index]
        if title is None:
            continue
        if start.titled and not start.moved and _by_its_words(start.declaration, title):
            agree += 1
        else:
            against += start.titled or contradicts(start.declaration, title, template)
    judged = agree + against
    return judged < _FEWEST_JUDGED or agree >= _BELIEVED * judged


def place_starts(
    declarations: Sequence[Declaration],
    numbers: Sequence[int | None],
    titles: Sequence[PageTitle | None],
    template: Template,
) -> dict[int, DeclaredStart]:
    """For each page index at which a declared document begins, the row that says so.

    `numbers` are the page numbers in logical order, gaps filled from the sequence.
    """
    index_of: dict[int, int] = {}
    for index, number in enumerate(numbers):
        if number is not None:
            index_of.setdefault(number, index)
    names = {declaration.title for declaration in declarations}
    starts: dict[int, DeclaredStart] = {}
    loose: list[tuple[Declaration, int]] = []
    for declaration in declarations:
        present = _first_present(declaration, index_of)
        if present is None:
            continue
        title = titles[present]
        anothers = title is not None and _of_another_row(declaration, title, names)
        if title is not None and not anothers and same_document(declaration, title, template):
            starts.setdefault(
                present, DeclaredStart(declaration=declaration, titled=True, moved=False)
            )
        else:
            loose.append((declaration, present))
    still = []
    for declaration, index in loose:
        moved = _moved_to(declaration, index, starts, titles, template)
        if moved is not None:
            # Where its first page is wrong, its last one proves nothing.
            free = replace(declaration, last_page=None, implied=True)
            starts[moved] = DeclaredStart(declaration=free, titled=True, moved=True)
        else:
            still.append((declaration, index))
    for declaration, index in still:
        starts.setdefault(index, DeclaredStart(declaration=declaration, titled=False, moved=False))
    _place_by_order(declarations, starts, numbers, titles)
    return starts


def _of_another_row(declaration: Declaration, title: PageTitle, names: set[str]) -> bool:
    """Whether a title on a page is rather that of another row. Two words for one kind of paper
    (送达回证, 送达回执) do not part it from its row."""
    own = words(title.text)
    if not title.certain or own in (declaration.title, words(declaration.mended)):
        return False
    known = declaration.known
    same_kind = known is not None and title.title is not None and known.name == title.title.name
    return own in names and not (same_kind and _by_its_words(declaration, title))


def _place_by_order(
    declarations: Sequence[Declaration],
    starts: dict[int, DeclaredStart],
    numbers: Sequence[int | None],
    titles: Sequence[PageTitle | None],
) -> None:
    """Adds rows whose pages are not known: where just their title stands on a page between the
    documents of the rows around them. A head printed again on the next page is no new document."""
    place_of = {id(start.declaration.row): index for index, start in starts.items()}
    for row, declaration in enumerate(declarations):
        if declaration.row.first_page is not None or not declaration.title:
            continue
        before = next(
            (place_of[id(d.row)] for d in reversed(declarations[:row]) if id(d.row) in place_of), -1
        )
        behind = next(
            (place_of[id(d.row)] for d in declarations[row + 1 :] if id(d.row) in place_of),
            len(titles),
        )
        last = starts[before].declaration.last_page if before >= 0 else None
        for index in range(before + 1, behind):
            number, title = numbers[index], titles[index]
            covered = last is not None and number is not None and number <= last
            if covered or index in starts or title is None or title.strength < _STRONG:
                continue
            above = titles[index - 1] if index else None
            again = above is not None and words(above.text) == words(title.text)
            names = (declaration.title, words(declaration.mended))
            if words(title.text) in names and not again:
                free = replace(declaration, implied=True)
                starts[index] = DeclaredStart(declaration=free, titled=True, moved=False)
                place_of[id(declaration.row)] = index
                break


def _first_present(declaration: Declaration, index_of: dict[int, int]) -> int | None:
    """The index of the first page of the row that was scanned (its first page may be missing)."""
    first = declaration.row.first_page
    if first is None:
        return None
    for page in range(first, (declaration.last_page or first) + 1):
        if page in index_of:
            return index_of[page]
    return None


def _moved_to(
    declaration: Declaration,
    index: int,
    starts: dict[int, DeclaredStart],
    titles: Sequence[PageTitle | None],
    template: Template,
) -> int | None:
    if declaration.known is not None and declaration.known.group:
        return None
    for step in range(1, _WINDOW + 1):
        for place in (index - step, index + step):
            if not 0 <= place < len(titles) or place in starts:
                continue
            title = titles[place]
            if (
                title is not None
                and title.strength >= _STRONG
                and same_document(declaration, title, template)
                and _by_its_words(declaration, title)
            ):
                return place
    return None
