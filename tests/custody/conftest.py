"""A workstation with a registered case, over real SQLite and a real object store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.domain.custody import CustodyEvent, HandOff
from app.kernel.ids import new_id
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool

CABINET = "simulated:hall"
ARCHIVIST = Actor(name="档案员", role="archivist")


@pytest.fixture
def workstation(tmp_path: Path) -> Iterator[Workstation]:
    """A fresh workstation with one case."""
    opened = open_workstation(tmp_path / "数据", pool=ReplayPool(Dossier(tmp_path / "卷").fill()))
    opened.register_case(
        ARCHIVIST,
        {"case_no": CASE_NO, "cause": "民间借贷", "plaintiff": "李𠮷", "clerk": "吴书记"},
    )
    yield opened
    opened.close()


@attrs.frozen(kw_only=True)
class Paper:
    """Writes what hand-overs leave behind, as the services of hand-offs do."""

    workstation: Workstation

    def moved(self, action: str, *, at: str = "", case_no: str = CASE_NO, **told: object) -> None:
        """One custody event."""
        values: dict[str, object] = {"giver": "吴书记", "receiver": "档案员", "place": "档案员"}
        storage = self.workstation._context.storage
        with storage.write() as tx:
            dossier = tx.dossiers.first(case_no=case_no)
            assert dossier is not None
            values |= {"volumes": 1, "pages": None} | told
            event = CustodyEvent(
                id=new_id("custody"),
                dossier_id=dossier.id,
                happened_at=at or self.workstation._now(),
                action=action,
                **values,  # type: ignore[arg-type]
            )
            tx.custody.add(event)
            tx.audit.record("检验", "handoff_confirmed", case_no)
            tx.commit()

    def hand_off(self, state: str, **told: object) -> HandOff:
        """A hand-off of the case in a state."""
        with self.workstation._context.storage.write() as tx:
            dossier = tx.dossiers.first(case_no=CASE_NO)
            assert dossier is not None
            values: dict[str, object] = {"volumes": 1, "pages": None, "cell": 3} | told
            made = HandOff(
                id=new_id("handoff"),
                dossier_id=dossier.id,
                state=state,
                giver="吴书记",
                receiver="档案员",
                cabinet=CABINET,
                **values,  # type: ignore[arg-type]
            )
            tx.hand_offs.add(made)
            tx.audit.record("检验", "handoff_offered", CASE_NO)
            tx.commit()
        return made


@pytest.fixture
def paper(workstation: Workstation) -> Paper:
    """The paper of the case."""
    return Paper(workstation=workstation)
