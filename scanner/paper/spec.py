"""What a dossier shall be: seed, family, size, scanner settings and planted faults."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from app.kernel.errors import BadInput

GENERATOR_VERSION = 5

PAGE_FAULTS = frozenset(
    {
        "missing_page",
        "duplicate_page",
        "wrong_order",
        "foreign_case",
        "extra_page",
        "unnumbered_page",
    }
)
FACT_FAULTS = frozenset({"count_mismatch", "catalogue_mismatch"})
IMAGE_FAULTS = frozenset(
    {
        "orientation",
        "skew",
        "blur",
        "too_dark",
        "too_light",
        "low_contrast",
        "black_border",
        "folded_corner",
        "streak",
        "unreadable",
        "low_resolution",
        "bleed_through",
        "cut_off",
        "foreign_object",
        "size_outlier",
    }
)
# Modes of image faults besides the plain one (""); a kind that is missing here takes any mode.
IMAGE_MODES: dict[str, tuple[str, ...]] = {
    "cut_off": ("text", "torn", "askew"),
    "foreign_object": ("clip", "finger", "note", "hair", "thread", "band", "scrap"),
    "size_outlier": ("receipt", "a5", "a3", "short"),
    "blur": ("", "motion"),
    "folded_corner": ("", "torn", "missing", "back", "front"),
    "black_border": ("", "gray", "bed"),
    "bleed_through": ("", "weak", "strong"),
    "streak": ("", "colour", "soft"),
}
# What paper and scanner do that is no fault, with its modes; see `scanner.paper.wear`.
TRAITS: dict[str, tuple[str, ...]] = {
    "tint": ("recycled", "yellow", "pink", "blue", "green", "kraft"),
    "stain": ("coffee", "water", "ink"),
    "crease": ("",),
    "dust": ("",),
    "holes": ("two", "four", "thread", "black", "torn"),
    "staples": ("", "holes"),
    "warp": ("",),
    "light": ("", "gutter", "rescan"),
    "copy": ("",),
    "noise": ("", "colour", "lines"),
    "scan_mode": ("gray", "bitonal"),
    "jpeg": ("",),
}
# Normal papers of other kinds than the forms of a case; see `scanner.paper.leaves`.
LEAF_KINDS = (
    "grid_paper",
    "shaded_table",
    "half_seal",
    "photograph",
    "id_copy",
    "receipts",
    "barcode",
    "watermark",
    "letterhead",
    "handwritten",
    "vertical",
    "two_columns",
    "landscape_table",
    "a3",
    "framed",
    "lone_number",
    "lone_seal",
    "lone_signature",
)
FAMILIES = ("development", "check", "field")
MATTERS = ("loan", "sale", "lease", "labour", "traffic")
# How the pages are numbered: by a machine on every written side (""), by hand, on the front of
# every sheet only (张), or not at all.
NUMBERINGS = ("", "hand", "sheets", "none")
# What a dossier may lack of its binding.
BINDING_PAPERS = ("catalogue", "remarks")


@dataclass(frozen=True, kw_only=True)
class PlantedFault:
    """One fault: `numbers` are page numbers (page faults), positions (image faults), a catalogue
    item (catalogue_mismatch) or the count that is claimed (count_mismatch); `value` is a turn or
    tilt in degrees; `mode` says how, see `scanner.paper.faults`."""

    kind: str
    numbers: tuple[int, ...]
    value: float = 0.0
    mode: str = ""


@dataclass(frozen=True, kw_only=True)
class DossierSpec:
    """A dossier to be made. Equal specs give equal bytes.

    `sides` is the number of sides aimed at before faults, `dpi` 200 or 300, `mode` "color", "gray"
    or "lineart", `matter` one of `MATTERS` or "" for one chosen by the seed. `leaves` are kinds of
    `LEAF_KINDS`, one side each, before the remarks; `traits` are written as faults are, with
    positions in feeding order. `grown` adds papers where a case has too few for its sides,
    `numbering` is one of `NUMBERINGS`, `simplex` leaves out backs (nothing is written on them
    then), `without` names what of `BINDING_PAPERS` is not there.
    """

    name: str
    seed: int
    family: str = "development"
    matter: str = ""
    sides: int = 42
    dpi: int = 300
    mode: str = "color"
    quality: int = 85
    faults: tuple[PlantedFault, ...] = ()
    leaves: tuple[str, ...] = ()
    traits: tuple[PlantedFault, ...] = ()
    grown: bool = False
    numbering: str = ""
    simplex: bool = False
    without: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """The spec as plain data; what was added later is left out where it is not used."""
        record = asdict(self)
        for later in ("leaves", "traits", "grown", "numbering", "simplex", "without"):
            if not record[later]:
                del record[later]
        return record


def parse_fault(text: str) -> PlantedFault:
    """A fault as written on the command line.

    `missing_page=9`, `wrong_order=9,12`, `duplicate_page=9:later`, `foreign_case=9:replace`,
    `orientation=14:90`, `skew=6:4.5`, `blur=7`. Raises BadInput PAP-201.
    """
    kind, _, rest = text.partition("=")
    numbers, _, mode = rest.partition(":")
    if kind not in PAGE_FAULTS | FACT_FAULTS | IMAGE_FAULTS:
        raise BadInput("PAP-201", fault=text)
    try:
        parsed = tuple(int(number) for number in numbers.split(","))
        value = float(mode) if kind in {"orientation", "skew"} else 0.0
    except ValueError as error:
        raise BadInput("PAP-201", fault=text) from error
    if len(parsed) != (2 if kind == "wrong_order" else 1):
        raise BadInput("PAP-201", fault=text)
    if kind == "orientation" and value not in (90, 180, 270):
        raise BadInput("PAP-201", fault=text)
    if kind in IMAGE_MODES and mode not in IMAGE_MODES[kind]:
        raise BadInput("PAP-201", fault=text)
    return PlantedFault(kind=kind, numbers=parsed, value=value, mode="" if value else mode)


def parse_trait(text: str) -> PlantedFault:
    """A trait as written on the command line: `stain=7:coffee`. Raises BadInput PAP-201."""
    kind, _, rest = text.partition("=")
    number, _, mode = rest.partition(":")
    if kind not in TRAITS or mode not in TRAITS[kind] or not number.isdecimal():
        raise BadInput("PAP-201", fault=text)
    return PlantedFault(kind=kind, numbers=(int(number),), mode=mode)


def check_spec(spec: DossierSpec) -> None:
    """Raises BadInput PAP-202 when a setting of the spec is outside its range."""
    for setting, valid in (
        ("family", spec.family in FAMILIES),
        ("matter", spec.matter in ("", *MATTERS)),
        ("dpi", 100 <= spec.dpi <= 600),
        ("mode", spec.mode in ("color", "gray", "lineart")),
        ("sides", 10 <= spec.sides <= 400),
        ("quality", 20 <= spec.quality <= 100),
        ("leaves", set(spec.leaves) <= set(LEAF_KINDS)),
        ("traits", all(trait.mode in TRAITS.get(trait.kind, ()) for trait in spec.traits)),
        ("numbering", spec.numbering in NUMBERINGS),
        ("without", set(spec.without) <= set(BINDING_PAPERS)),
    ):
        if not valid:
            raise BadInput("PAP-202", setting=setting, value=str(getattr(spec, setting)))
