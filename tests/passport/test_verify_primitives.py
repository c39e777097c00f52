"""The digests and signatures of the stand-alone verifier against OpenSSL and cryptography."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

SCRIPT = Path(__file__).parents[2] / "resources" / "verify" / "verify.py"
DATA = "（2019）辽0882民初4866号".encode() * 40


def load_script() -> ModuleType:
    """The script as a module, as it lies in a package."""
    specification = spec_from_file_location("verify", SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


verify = load_script()


def bare_key(key: Any) -> bytes:
    found = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert isinstance(found, bytes)
    return found


def rsa_pair() -> tuple[bytes, Callable[[bytes], bytes]]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return bare_key(key), lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def ecdsa_pair() -> tuple[bytes, Callable[[bytes], bytes]]:
    key = ec.generate_private_key(ec.SECP256R1())
    return bare_key(key), lambda data: key.sign(data, ec.ECDSA(hashes.SHA256()))


def ed25519_pair() -> tuple[bytes, Callable[[bytes], bytes]]:
    key = ed25519.Ed25519PrivateKey.generate()
    return bare_key(key), key.sign


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(min_value=0, max_value=300))
def test_sm3_in_plain_python_is_that_of_openssl(data: bytes, cut: int) -> None:
    digest = verify.PlainSm3()
    digest.update(data[:cut])
    digest.update(data[cut:])
    assert digest.hexdigest() == hashlib.new("sm3", data).hexdigest()


def test_sm3_of_the_standards_first_example() -> None:
    digest = verify.PlainSm3()
    digest.update(b"abc")
    assert digest.hexdigest() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


@pytest.mark.parametrize("pair", [rsa_pair, ecdsa_pair, ed25519_pair])
def test_signatures_hold_for_what_was_signed_alone(
    pair: Callable[[], tuple[bytes, Callable[[bytes], bytes]]],
) -> None:
    key, sign = pair()
    signature = sign(DATA)
    assert verify.signature_holds(key, signature, DATA)
    assert not verify.signature_holds(key, signature, DATA + b" ")
    for place in range(0, len(signature), 7):
        changed = bytearray(signature)
        changed[place] ^= 4
        assert not verify.signature_holds(key, bytes(changed), DATA)
    assert not verify.signature_holds(pair()[0], signature, DATA)


def test_sm2_of_openssl(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    for command in (
        "openssl ecparam -genkey -name SM2 -out key.pem",
        "openssl pkey -in key.pem -pubout -outform DER -out public.der",
        "openssl pkeyutl -sign -in data -inkey key.pem -out signature -rawin -digest sm3 "
        "-pkeyopt distid:1234567812345678",
    ):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    key, signature = ((tmp_path / name).read_bytes() for name in ("public.der", "signature"))
    assert verify.signature_holds(key, signature, DATA)
    assert not verify.signature_holds(key, signature, DATA[1:])


def test_the_key_and_the_name_of_a_certificate() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, "澄溪市人民法院"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    signature = key.sign(DATA, padding.PKCS1v15(), hashes.SHA256())
    assert verify.names_of(certificate) == "澄溪市人民法院"
    assert verify.signature_holds(certificate, signature, DATA)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=120), st.binary(max_size=80))
def test_garbage_is_refused_and_never_believed(certificate: bytes, signature: bytes) -> None:
    with contextlib.suppress(ValueError, IndexError):
        assert not verify.signature_holds(certificate, signature, DATA)
