"""A certificate authority of one test, and what it signs."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Pair:
    """PEM files: a certificate, its key, and both in one."""

    certificate: Path
    key: Path
    both: Path


DAY = timedelta(days=1)


class Authority:
    """Signs certificates for 127.0.0.1 and for clients; `file` is what those must have who believe it."""

    def __init__(self, folder: Path, name: str, lasts: timedelta = DAY) -> None:
        self._folder, self._name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        made = self._new(self._name, self._key, lasts).add_extension(x509.BasicConstraints(True, None), True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = made.add_extension(usage, True)
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def sign(self, name: str, address: str = "127.0.0.1", lasts: timedelta = DAY) -> Pair:
        """A certificate for a server at this address, or for a client of this name; it `lasts` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._new(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, lasts).add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False
        )
        signed = made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        plain = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        pair = Pair(*(self._folder / f"{name}.{end}" for end in ("crt", "key", "both.pem")))
        for file, content in ((pair.certificate, signed), (pair.key, plain), (pair.both, plain + signed)):
            file.write_bytes(content)
            file.chmod(0o600)
        return pair

    def _new(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: timedelta) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + min(lasts - DAY, -timedelta(hours=1)))
            .not_valid_after(now + lasts)
        )
