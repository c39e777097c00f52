"""A program that judges sides until it is killed: `python -m tests.services.judging_child DATA`.

Says "kept N" when the verdict on side N is stored.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from app.bootstrap import open_workstation
from tests.replay import CASE_NO, ReplayPool
from tests.services.reviewed_desk import INSPECTOR


def main(data: Path) -> None:
    """Judge the sides of the open round, over and over."""
    desk = open_workstation(data, pool=ReplayPool())
    rows = desk.review_rounds(CASE_NO)[-1].rows
    for number, row in enumerate(itertools.cycle(rows), start=1):
        desk.review_side(INSPECTOR, CASE_NO, row.side_id, "same", remark=f"第 {number} 次")
        sys.stdout.write(f"kept {number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
