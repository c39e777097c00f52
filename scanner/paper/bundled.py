"""The dossiers that come with the project, by name."""

from __future__ import annotations

from scanner.paper.spec import DossierSpec, parse_fault

_SEED = 4866
_WHOLE = 42
_SHORT = 14


def _spec(
    name: str,
    *faults: str,
    sides: int = _WHOLE,
    dpi: int = 300,
    seed: int = _SEED,
    matter: str = "loan",
    family: str = "development",
) -> DossierSpec:
    return DossierSpec(
        name=name,
        seed=seed,
        family=family,
        matter=matter,
        sides=sides,
        dpi=dpi,
        faults=tuple(parse_fault(fault) for fault in faults),
    )


_MIDDLE = 26
"""Sides of the dossiers with one kind of fault: enough for every fault to have neighbours."""

BUNDLED: dict[str, DossierSpec] = {
    spec.name: spec
    for spec in (
        _spec("demo"),
        _spec(
            "demo-faulty",
            "missing_page=12",
            "duplicate_page=6",
            "foreign_case=10:replace",
            "orientation=7:180",
            "skew=31:4.2",
            "black_border=33",
            "blur=36",
        ),
        _spec("small", sides=_SHORT, dpi=200),
        _spec("missing-page", "missing_page=7", sides=_MIDDLE, dpi=200),
        _spec("duplicate-page", "duplicate_page=6", sides=_MIDDLE, dpi=200),
        _spec("wrong-order", "wrong_order=4,7", sides=_MIDDLE, dpi=200),
        _spec("foreign-case", "foreign_case=5", sides=_MIDDLE, dpi=200),
        _spec("extra-page", "extra_page=6", sides=_MIDDLE, dpi=200),
        _spec("unnumbered-page", "unnumbered_page=8", sides=_MIDDLE, dpi=200),
        _spec("count-mismatch", "count_mismatch=15", sides=_MIDDLE, dpi=200),
        _spec("catalogue-mismatch", "catalogue_mismatch=2", sides=_MIDDLE, dpi=200),
        _spec(
            "rotated",
            "orientation=5:180",
            "orientation=7:90",
            "orientation=11:270",
            "skew=9:-3.4",
            sides=_MIDDLE,
            dpi=200,
        ),
        _spec(
            "damaged",
            "blur=5",
            "too_dark=7",
            "too_light=9",
            "low_contrast=11",
            "black_border=13",
            "folded_corner=15",
            "streak=17",
            "low_resolution=19",
            "unreadable=21",
            sides=_MIDDLE,
            dpi=200,
        ),
        _spec("check", seed=7319, matter="", family="check", sides=_MIDDLE, dpi=200),
    )
}
