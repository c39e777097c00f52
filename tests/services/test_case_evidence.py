"""Whether a name stands in a text as it was read."""

from __future__ import annotations

import pytest

from app.services.case_evidence import holds

OWN = "清堰锦渡物流有限公司"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (f"原告诉被告{OWN}买卖合同纠纷一案", True),
        ("原告诉被告清堰锦渡物流有阻公司买卖合同纠纷一案", True),
        ("原告诉被告清堰绵渡物流有阻公司买卖合同纠纷一案", True),
        ("原告诉被告清堰泰垣物流有限公司买卖合同纠纷一案", False),
        ("原告诉被告岚川县人民法院", False),
    ],
)
def test_a_company_of_the_same_place_and_trade_is_another(text: str, held: bool) -> None:
    assert holds(text, OWN) is held
