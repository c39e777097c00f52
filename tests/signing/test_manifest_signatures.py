"""Signatures beside the manifest: SM2 as OpenSSL verifies it, CMS, and what is wrong with them."""

from __future__ import annotations

import base64
import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from app.adapters.packaging.manifest import MANIFEST, SIGNATURE_FILES
from app.adapters.signing.tasks import read_signatures, sign_bytes, sign_manifest
from app.kernel.errors import Fault
from tests.signing.authority import Authority, Sm2Authority
from tests.signing.conftest import Court, TimeService


@pytest.fixture
def guomi(court: Court, sm2_authority: Sm2Authority) -> Court:
    """The court signs manifests with SM2, too."""
    court.holds_sm2(sm2_authority)
    court.trusts_sm2(sm2_authority)
    court.set(sm2=True)
    return court


def read(court: Court, path: Path) -> dict[str, dict[str, Any]]:
    found = read_signatures(str(court.data), str(path))
    return {signature["kind"]: signature for signature in found}


def codes(signature: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in signature["problems"]}


def fault_of(call: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as raised:
        call()
    return raised.value


def test_both_signatures_are_made_and_trusted(
    guomi: Court, package: Path, time_service: TimeService
) -> None:
    guomi.set(sm2=True, url=time_service.url)
    made = sign_manifest(str(guomi.data), str(package))
    assert [(row["kind"], row["file"], row["level"]) for row in made] == [
        ("sm2", "manifest.sig", "B-T"),
        ("cms", "manifest.p7s", "B-T"),
    ]
    assert {row["file"] for row in made} <= set(SIGNATURE_FILES)
    found = read(guomi, package)
    assert set(found) == {"sm2", "cms"}
    for signature in found.values():
        assert (signature["intact"], signature["trusted"]) == (True, True)
        assert signature["covers"] == "manifest"
        assert signature["time"] != ""
    assert codes(found["cms"]) == set()
    # No list of the SM2 authority is there.
    assert codes(found["sm2"]) == {"SIG-207"}
    assert found["sm2"]["signer"] == "某某人民法院国密"
    assert found["sm2"]["serial"] == format(4711, "X")
    before = (package / "manifest.sig").read_bytes()
    assert sign_manifest(str(guomi.data), str(package)) == [], "what is signed is not signed again"
    assert (package / "manifest.sig").read_bytes() == before


def test_openssl_verifies_the_sm2_signature(guomi: Court, package: Path, tmp_path: Path) -> None:
    sign_manifest(str(guomi.data), str(package))
    record = json.loads((package / "manifest.sig").read_bytes())
    (tmp_path / "value").write_bytes(base64.b64decode(record["value"]))
    (tmp_path / "certificate.der").write_bytes(base64.b64decode(record["certificate"]))
    key = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-in", "certificate.der", "-pubkey", "-noout"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    ).stdout
    (tmp_path / "key.pem").write_bytes(key)

    def verified(manifest: Path) -> bool:
        done = subprocess.run(
            [
                *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"),
                *("-digest", "sm3", "-pkeyopt", f"distid:{record['signer_id']}"),
                *("-in", manifest, "-sigfile", "value"),
            ],
            cwd=tmp_path,
            check=False,
            capture_output=True,
        )
        return done.returncode == 0

    assert verified(package / MANIFEST)
    altered = tmp_path / "altered.json"
    altered.write_bytes((package / MANIFEST).read_bytes() + b" ")
    assert not verified(altered)


def test_openssl_verifies_the_cms_signature(
    guomi: Court, package: Path, tmp_path: Path, authority: Authority
) -> None:
    sign_manifest(str(guomi.data), str(package))
    root = tmp_path / "root.pem"
    root.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"),
            *("-in", package / "manifest.p7s", "-content", package / MANIFEST, "-CAfile", root),
        ],
        check=True,
        capture_output=True,
    )


def test_a_changed_manifest_is_found_by_both(guomi: Court, package: Path) -> None:
    sign_manifest(str(guomi.data), str(package))
    data = (package / MANIFEST).read_bytes()
    (package / MANIFEST).write_bytes(data.replace(b'"size"', b'"sizE"', 1))
    for signature in read(guomi, package).values():
        assert not signature["intact"]
        assert "SIG-201" in codes(signature)
    again = sign_manifest(str(guomi.data), str(package))
    assert [row["kind"] for row in again] == ["sm2", "cms"], "what is of another manifest goes"


@pytest.mark.parametrize("name", ["manifest.sig", "manifest.p7s"])
def test_any_changed_byte_of_a_signature_is_found(
    guomi: Court, package: Path, time_service: TimeService, name: str
) -> None:
    guomi.set(sm2=True, url=time_service.url)
    sign_manifest(str(guomi.data), str(package))
    signed = (package / name).read_bytes()
    (whole,) = read_signatures(str(guomi.data), str(package / name))
    draw = random.Random(name)
    unnoticed = []
    for _ in range(60):
        data = bytearray(signed)
        place = draw.randrange(len(signed))
        data[place] ^= 1 << draw.randrange(8)
        (package / name).write_bytes(data)
        (found,) = read_signatures(str(guomi.data), str(package / name))
        if found == whole:
            unnoticed.append(signed[max(0, place - 20) : place + 20])
    # What is only said beside the signature proves nothing: when it was made, and the certificate
    # of the root, which is taken from the folder of this court.
    assert len(unnoticed) <= 12, unnoticed


def test_the_signature_of_another_package_is_found(
    guomi: Court, package: Path, tmp_path: Path
) -> None:
    sign_manifest(str(guomi.data), str(package))
    other = tmp_path / "other"
    shutil.copytree(package, other)
    (other / MANIFEST).write_bytes((other / MANIFEST).read_bytes() + b"\n")
    for signature in read(guomi, other).values():
        assert (signature["intact"], "SIG-201" in codes(signature)) == (False, True)


def test_an_sm2_signer_nobody_knows_is_not_trusted(guomi: Court, package: Path) -> None:
    (guomi.data / "trust" / "sm2.crt").unlink()
    sign_manifest(str(guomi.data), str(package))
    found = read(guomi, package / "manifest.sig")["sm2"]
    assert (found["intact"], found["trusted"]) == (True, False)
    assert "SIG-203" in codes(found)


def test_a_signature_with_the_certificate_of_another_is_found(
    guomi: Court, package: Path, sm2_authority: Sm2Authority
) -> None:
    sign_manifest(str(guomi.data), str(package))
    _, other = sm2_authority.issue("other")
    record = json.loads((package / "manifest.sig").read_bytes())
    der = base64.b64decode("".join(other.read_text(encoding="ascii").splitlines()[1:-1]))
    record["certificate"] = base64.b64encode(der).decode()
    (package / "manifest.sig").write_text(json.dumps(record), encoding="utf-8")
    found = read(guomi, package / "manifest.sig")["sm2"]
    assert (found["intact"], "SIG-201" in codes(found)) == (False, True)


def test_a_certificate_with_another_name_is_not_trusted(guomi: Court, package: Path) -> None:
    """The key is right, so the signature holds; the authority never put that name to it."""
    sign_manifest(str(guomi.data), str(package))
    record = json.loads((package / "manifest.sig").read_bytes())
    der = base64.b64decode(record["certificate"])
    altered = der.replace("法院国密".encode(), "法院国蜜".encode())
    assert altered != der
    record["certificate"] = base64.b64encode(altered).decode()
    (package / "manifest.sig").write_text(json.dumps(record), encoding="utf-8")
    found = read(guomi, package / "manifest.sig")["sm2"]
    assert (found["intact"], found["trusted"]) == (True, False)
    assert "SIG-203" in codes(found)


def test_a_forged_sm2_certificate_is_not_trusted(
    guomi: Court, package: Path, tmp_path: Path
) -> None:
    """One that names our authority as its issuer and was signed by another key."""
    forger = Sm2Authority(tmp_path / "forger")
    forger.issue()
    guomi.holds_sm2(forger)
    sign_manifest(str(guomi.data), str(package))
    found = read(guomi, package / "manifest.sig")["sm2"]
    assert (found["intact"], found["trusted"], found["issuer"]) == (True, False, "测试国密根证书")


@pytest.mark.parametrize("name", ["manifest.sig", "manifest.p7s"])
@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b"\x30\x82\x05", b'{"certificate": 1}', b"\xff" * 300]
)
def test_what_is_no_signature_is_told(
    court: Court, package: Path, name: str, content: bytes
) -> None:
    (package / name).write_bytes(content)
    found = read_signatures(str(court.data), str(package))
    assert len(found) == 1
    assert not found[0]["intact"]
    assert not found[0]["trusted"]
    assert codes(found[0]) == {"SIG-210"}


@pytest.mark.parametrize(
    ("settings", "secret", "code"),
    [
        ({}, "falsch", "SIG-104"),
        ({"sm2": True, "documents": False}, "falsch", "SIG-104"),
        ({"documents": False}, None, "SIG-101"),
        ({}, "", "SEC-101"),
    ],
)
def test_a_key_that_does_not_open_is_told(
    guomi: Court, package: Path, settings: dict[str, Any], secret: str | None, code: str
) -> None:
    guomi.set(**settings)
    if secret:
        guomi.secrets.keep("court-key", secret)
    elif secret == "":
        guomi.secrets.remove("court-key")
    assert fault_of(lambda: sign_manifest(str(guomi.data), str(package))).code == code
    assert not any((package / name).exists() for name in SIGNATURE_FILES)


def test_files_that_are_no_keys_are_told(guomi: Court, package: Path) -> None:
    (guomi.data / "keys" / "court.p12").write_bytes(b"nonsense")
    assert fault_of(lambda: sign_bytes(str(guomi.data.parent), b"")).code == "SIG-101"
    guomi.set()
    assert fault_of(lambda: sign_manifest(str(guomi.data), str(package))).code == "SIG-102"
    (guomi.data / "keys" / "court.p12").unlink()
    assert fault_of(lambda: sign_manifest(str(guomi.data), str(package))).code == "SIG-102"
    (guomi.data / "trust" / "broken.crt").write_bytes(b"nonsense")
    assert fault_of(lambda: read_signatures(str(guomi.data), str(package))).code == "SIG-106"


def test_bytes_are_signed_with_the_key_for_manifests_else_with_that_for_documents(
    guomi: Court,
) -> None:
    signed = sign_bytes(str(guomi.data), b"passport")
    assert signed["algorithm"] == "SM2-with-SM3"
    guomi.set()
    signed = sign_bytes(str(guomi.data), b"passport")
    assert signed["algorithm"] == "ec-sha256"
    assert len(signed["chain"]) == 1
