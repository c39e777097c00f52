"""The dossiers that come with the project, by name."""

from __future__ import annotations

from scanner.paper.spec import DossierSpec, parse_fault

_DEMO = 4866
_SHORT = 16
_REAL = 42


def _spec(name: str, *faults: str, sides: int = _REAL, dpi: int = 300) -> DossierSpec:
    return DossierSpec(
        name=name,
        seed=_DEMO,
        matter="loan",
        sides=sides,
        dpi=dpi,
        faults=tuple(parse_fault(fault) for fault in faults),
    )


BUNDLED: dict[str, DossierSpec] = {
    spec.name: spec
    for spec in (
        _spec("demo"),
        _spec("small", sides=_SHORT, dpi=200),
    )
}
