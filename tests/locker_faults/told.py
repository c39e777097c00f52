"""A fault must tell a person, in either language, what happened and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.kernel.errors import Fault
from app.kernel.fault_texts import describe


def fault_of(call: Callable[[], object]) -> Fault:
    """The fault that a call ends in; its texts are whole."""
    with pytest.raises(Fault) as caught:
        call()
    fault = caught.value
    for language in ("zh_CN", "en"):
        text = describe(fault.as_record(), language)
        assert text.message and text.remedy
        assert not {"{", "}"} & set(text.message + text.remedy), text
    return fault


def code_of(call: Callable[[], object]) -> str:
    """Its code."""
    return fault_of(call).code
