"""A PKCS#11 token: SoftHSM, in its own folder."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key

from app.adapters.signing.station import SigningStation
from app.adapters.signing.tasks import read_signatures, sign_bytes, sign_manifest
from app.kernel.errors import Fault
from tests.signing.authority import Authority, Holder, rsa_key
from tests.signing.conftest import Court

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
)
PIN = "839201"


@pytest.fixture(scope="session")
def token(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> tuple[Path, Path, dict[str, Holder]]:
    """SoftHSM's module, its settings, and who holds the keys on its token, by label."""
    module = next((path for path in MODULES if path.exists()), None)
    assert module is not None, "softhsm2 is not installed"
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
    subprocess.run(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", "court"),
            *("--pin", PIN, "--so-pin", "12345678"),
        ],
        env={"SOFTHSM2_CONF": str(settings), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    holders = {
        "seal": authority.issue("令牌持有人", key=rsa_key(2048)),
        "curve": authority.issue("令牌持有人"),
    }
    return module, settings, holders


@pytest.fixture
def token_court(
    court: Court, token: tuple[Path, Path, dict[str, Holder]], monkeypatch: pytest.MonkeyPatch
) -> Court:
    module, settings, holders = token
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    for label, holder in holders.items():
        _put_on(module, label, holder)
    court.secrets.keep("token-pin", PIN)
    (court.data / "settings.toml").write_text(
        f"""[signing]
documents = "token"
[signing.keys.token]
kind = "pkcs11"
module = "{module}"
token_label = "court"
certificate_label = "seal"
secret = "token-pin"
[trust]
certificates = "trust"
""",
        encoding="utf-8",
    )
    return court


def _put_on(module: Path, label: str, holder: Holder) -> None:
    with (
        pkcs11.lib(str(module)).get_token(token_label="court").open(rw=True, user_pin=PIN) as open_
    ):
        if list(open_.get_objects({Attribute.LABEL: label})):
            return
        key = holder.key.private_bytes(
            Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        is_rsa = isinstance(holder.key, rsa.RSAPrivateKey)
        attributes = decode_rsa_private_key(key) if is_rsa else decode_ec_private_key(key)
        open_.create_object(
            {**attributes, Attribute.TOKEN: True, Attribute.LABEL: label, Attribute.SIGN: True}
        )
        certificate = holder.certificate
        open_.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: label,
                Attribute.SUBJECT: certificate.subject.public_bytes(),
                Attribute.VALUE: certificate.public_bytes(Encoding.DER),
            }
        )


def fault_of(call: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as raised:
        call()
    return raised.value


@pytest.mark.parametrize(("label", "algorithm"), [("seal", "rsa-sha256"), ("curve", "ec-sha256")])
def test_the_key_of_a_token_signs(
    token_court: Court,
    package: Path,
    plain_pdf: bytes,
    tmp_path: Path,
    label: str,
    algorithm: str,
) -> None:
    settings = token_court.data / "settings.toml"
    text = settings.read_text(encoding="utf-8").replace('"seal"', f'"{label}"')
    settings.write_text(text, encoding="utf-8")
    assert sign_bytes(str(token_court.data), b"x")["algorithm"] == algorithm
    pdf = tmp_path / "x.pdf"
    pdf.write_bytes(plain_pdf)
    with SigningStation.open(token_court.data).pdf_signing() as signing:
        made = signing.sign(pdf, reason="", name="x.pdf")
    assert made["signer"] == "令牌持有人"
    assert [row["kind"] for row in sign_manifest(str(token_court.data), str(package))] == ["cms"]
    for path in (pdf, package):
        (found,) = read_signatures(str(token_court.data), str(path))
        assert (found["intact"], found["trusted"]) == (True, True)


def test_a_token_that_does_not_serve_is_told(token_court: Court, package: Path) -> None:
    settings = token_court.data / "settings.toml"
    text = settings.read_text(encoding="utf-8")

    def code(old: str, new: str) -> str:
        settings.write_text(text.replace(old, new), encoding="utf-8")
        return fault_of(lambda: sign_manifest(str(token_court.data), str(package))).code

    assert code('certificate_label = "seal"', 'certificate_label = "other"') == "SIG-103"
    assert code('token_label = "court"', 'token_label = "other"') == "SIG-103"
    assert code("libsofthsm2.so", "nothing.so") == "SIG-103"
    token_court.secrets.keep("token-pin", "000000")
    assert code("", "") == "SIG-104"
