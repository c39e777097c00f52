"""A certificate authority of the tests: keys, certificates and revocation lists, all new."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PASSPHRASE = "口令 1234"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@lru_cache(maxsize=4)
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """One RSA key of a size for all tests: making them takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True)
class Holder:
    """A key with its certificate and those above it."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def as_pkcs12(self, passphrase: str = PASSPHRASE) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"court",
            self.key,
            self.certificate,
            list(self.chain),
            BestAvailableEncryption(passphrase.encode()),
        )

    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


class Authority:
    """A root that issues certificates and says which it revoked."""

    def __init__(self, name: str = "测试根证书") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self._number = 1000
        self._name = _name(name)
        self.certificate = (
            self._builder(self._name, self.key, NOW - 3650 * DAY, NOW + 3650 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_uses("key_cert_sign", "crl_sign"), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def issue(
        self,
        name: str = "某某人民法院",
        *,
        key: Key | None = None,
        first: datetime = NOW - 365 * DAY,
        last: datetime = NOW + 365 * DAY,
        uses: tuple[str, ...] = ("digital_signature", "content_commitment"),
        for_time_stamps: bool = False,
    ) -> Holder:
        if key is None and for_time_stamps:
            key = rsa_key(2048)  # the stamper of pyHanko knows no other
        key = key or ec.generate_private_key(ec.SECP256R1())
        builder = (
            self._builder(_name(name), key, first, last)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_uses(*uses), critical=True)
        )
        if for_time_stamps:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        return Holder(key, builder.sign(self.key, hashes.SHA256()), (self.certificate,))

    def revocations(
        self, *revoked: tuple[Holder, datetime], until: datetime | None = None
    ) -> bytes:
        """The revocation list of today, DER."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._name)
            .last_update(NOW - DAY)
            .next_update(until or NOW + 30 * DAY)
        )
        for holder, since in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(holder.certificate.serial_number)
                .revocation_date(since)
                .build()
            )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def _builder(
        self, subject: x509.Name, key: Key, first: datetime, last: datetime
    ) -> x509.CertificateBuilder:
        self._number += 1
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(self._number)
            .not_valid_before(first)
            .not_valid_after(last)
        )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _uses(*named: str) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{use: use in named for use in every})


class Sm2Authority:
    """The same with SM2 keys, by the commands of OpenSSL, which know nothing of this program."""

    DISTID = ("-sigopt", "distid:1234567812345678")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._key("ca")
        self._openssl(
            *("req", "-new", "-x509", "-sm3", *self.DISTID, "-key", "ca.key", "-utf8"),
            *("-subj", "/CN=测试国密根证书", "-days", "3650", "-out", "ca.crt"),
            *("-addext", "basicConstraints=critical,CA:TRUE"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        )

    def issue(self, name: str = "signer") -> tuple[Path, Path]:
        """An encrypted PKCS#8 key and its certificate."""
        self._key(name)
        (self.folder / "ext").write_text(
            "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n", encoding="ascii"
        )
        self._openssl(
            *("req", "-new", "-sm3", *self.DISTID, "-key", f"{name}.key", "-utf8"),
            *("-subj", "/CN=某某人民法院国密", "-out", f"{name}.csr"),
        )
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key"),
            *("-sm3", *self.DISTID, "-vfyopt", "distid:1234567812345678", "-days", "365"),
            *("-extfile", "ext", "-set_serial", "4711", "-out", f"{name}.crt"),
        )
        self._openssl(
            *("pkcs8", "-topk8", "-in", f"{name}.key", "-out", f"{name}.p8"),
            *("-v2", "aes-256-cbc", "-passout", f"pass:{PASSPHRASE}"),
        )
        return self.folder / f"{name}.p8", self.folder / f"{name}.crt"

    def _key(self, name: str) -> None:
        self._openssl("ecparam", "-genkey", "-name", "SM2", "-out", f"{name}.key")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
