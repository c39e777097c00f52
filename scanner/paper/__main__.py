"""`python -m scanner.paper`: makes paper dossiers from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from app.kernel.errors import Fault
from scanner.paper.build import build_bundled, build_dossier, bundled_names
from scanner.paper.spec import (
    BINDING_PAPERS,
    FAMILIES,
    LEAF_KINDS,
    MATTERS,
    NUMBERINGS,
    DossierSpec,
    parse_fault,
    parse_trait,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes one dossier and prints its folder as JSON; exit status as the kind of fault says."""
    parser = argparse.ArgumentParser(prog="python -m scanner.paper", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder that receives it")
    parser.add_argument("--bundled", choices=bundled_names(), help="one that comes along")
    parser.add_argument("--name", default="", help="name of the folder made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", choices=FAMILIES, default="development")
    parser.add_argument("--matter", choices=MATTERS, default=None)
    parser.add_argument("--sides", type=int, default=42)
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--mode", choices=("color", "gray", "lineart"), default="color")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND=NUMBER[:MODE]",
        help="missing_page=9, wrong_order=4,7, foreign_case=5:replace, orientation=7:90 ...",
    )
    parser.add_argument(
        "--trait",
        action="append",
        default=[],
        metavar="KIND=POSITION[:MODE]",
        help="what is no fault: tint=5:recycled, stain=7:coffee, holes=9:two ...",
    )
    parser.add_argument("--leaf", action="append", default=[], choices=LEAF_KINDS)
    parser.add_argument("--grown", action="store_true", help="add papers until it is that long")
    parser.add_argument("--numbering", choices=NUMBERINGS, default="")
    parser.add_argument("--simplex", action="store_true", help="nothing on the backs; not fed")
    parser.add_argument("--without", action="append", default=[], choices=BINDING_PAPERS)
    options = parser.parse_args(arguments)
    try:
        if options.bundled:
            made = build_bundled(options.bundled, options.out)
        else:
            spec = DossierSpec(
                name=options.name or f"{options.family}-{options.seed}",
                seed=options.seed,
                family=options.family,
                matter=options.matter or "",
                sides=options.sides,
                dpi=options.dpi,
                mode=options.mode,
                faults=tuple(parse_fault(fault) for fault in options.fault),
                leaves=tuple(options.leaf),
                traits=tuple(parse_trait(trait) for trait in options.trait),
                grown=options.grown,
                numbering=options.numbering,
                simplex=options.simplex,
                without=tuple(options.without),
            )
            made = build_dossier(spec, options.out)
    except Fault as fault:
        sys.stderr.write(json.dumps(fault.as_record(), ensure_ascii=False) + "\n")
        return fault.exit_status
    sys.stdout.write(json.dumps({"folder": str(made)}, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
