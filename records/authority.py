"""Whose seal it is: the organisation's own certificate, or an authority that this installation makes at first start.

The keys lie below DATA_DIR/keys, readable by their owner only. An installation's own authority is known to nobody
else: other readers show the seal as intact but of an unknown issuer, until its certificate is given to them.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

KEY_BITS = 3072
# A record is kept for ten years at least and its seal must be checkable as long. Nobody revokes these certificates:
# a lost key means a new authority.
AUTHORITY_YEARS, SEAL_YEARS = 40, 30
ROOT_FILE, SEAL_FILE = "authority.pem", "seal.pem"


@dataclass(frozen=True)
class Authority:
    """A key that seals, its certificate, and the certificates above it, root last."""

    is_own: bool
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def name(self) -> str:
        return common_name(self.certificate)

    @property
    def valid_until(self) -> datetime:
        return self.certificate.not_valid_after_utc


def current() -> Authority:
    """The authority that seals now; made here if there is none yet."""
    if settings.SEAL_PKCS12_FILE:
        return _from_pkcs12(settings.SEAL_PKCS12_FILE, settings.SEAL_PKCS12_PASSWORD)
    return _from_folder(settings.DATA_DIR / "keys")


def trusted_roots() -> list[bytes]:
    """Every root whose seals are ours, as DER: of today's authority and of this installation's earlier own one."""
    authority = current()
    roots = [authority.chain[-1] if authority.chain else authority.certificate]
    own_root = settings.DATA_DIR / "keys" / ROOT_FILE
    if own_root.is_file():
        roots.append(_certificates(own_root.read_bytes())[0])
    return list(dict.fromkeys(root.public_bytes(serialization.Encoding.DER) for root in roots))


def describe() -> str:
    """For the settings page: which seal is used, in words."""
    authority = current()
    until = {"name": authority.name, "year": authority.valid_until.year}
    if authority.is_own:
        seal = _(
            "Records are sealed by “%(name)s”, a certificate that this installation made for itself; it is valid until "
            "%(year)d. Other PDF readers confirm that a record is unchanged, but call its issuer unknown."
        )
    else:
        seal = _("Records are sealed by the organisation’s own certificate, “%(name)s”, valid until %(year)d.")
    if settings.TIMESTAMP_URL:
        stamp = _("A time-stamping authority confirms the moment of each seal.")
    else:
        stamp = _("No time-stamping authority is set: the moment of a seal is the one of this installation’s clock.")
    return f"{seal % until} {stamp}"


def common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


# ---------------------------------------------------------------- the organisation's own certificate


@cache
def _from_pkcs12(path: str, password: str) -> Authority:
    """From a PKCS#12 file, with every certificate of its chain in it."""
    try:
        content = pkcs12.load_pkcs12(Path(path).read_bytes(), password.encode() or None)
    except (OSError, ValueError) as error:
        message = f"SEAL_PKCS12_FILE cannot be read: {error}"
        raise ImproperlyConfigured(message) from error
    if content.cert is None:
        message = "SEAL_PKCS12_FILE holds no certificate for its key."
        raise ImproperlyConfigured(message)
    certificate = content.cert.certificate
    chain = _in_order(certificate, [extra.certificate for extra in content.additional_certs])
    return Authority(is_own=False, key=_rsa(content.key), certificate=certificate, chain=chain)


def _in_order(certificate: x509.Certificate, others: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    chain: list[x509.Certificate] = []
    below = certificate
    while below.issuer != below.subject:
        above = next((other for other in others if other.subject == below.issuer and other not in chain), None)
        if above is None:
            break
        chain.append(above)
        below = above
    return tuple(chain)


def _rsa(key: PrivateKeyTypes | None) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        # An elliptic curve would need PDF 2.0 extensions, which PDF/A-3 does not know.
        message = "The seal needs an RSA key."
        raise ImproperlyConfigured(message)
    return key


# ---------------------------------------------------------------- an authority of this installation


@cache
def _from_folder(folder: Path) -> Authority:
    seal_file, root_file = folder / SEAL_FILE, folder / ROOT_FILE
    if not seal_file.is_file():
        with _alone_in(folder):
            if not seal_file.is_file():
                _make(folder)
    pem = seal_file.read_bytes()
    key = _rsa(serialization.load_pem_private_key(pem, password=None))
    return Authority(
        is_own=True,
        key=key,
        certificate=_certificates(pem)[0],
        chain=(_certificates(root_file.read_bytes())[0],),
    )


def _make(folder: Path) -> None:
    """The root first, the seal last: whoever finds the seal finds everything."""
    title = "CareerConv"
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    seal_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    # A serial in the name tells two installations apart where only names are shown.
    mark = os.urandom(4).hex()
    root_name, seal_name = _name(title, f"{title} authority {mark}"), _name(title, f"{title} seal {mark}")
    root = _certificate(root_name, root_key, issuer=root_name, issuer_key=root_key, years=AUTHORITY_YEARS, is_root=True)
    seal = _certificate(seal_name, seal_key, issuer=root_name, issuer_key=root_key, years=SEAL_YEARS, is_root=False)
    _write(folder / ROOT_FILE, root.public_bytes(serialization.Encoding.PEM) + _pem(root_key))
    _write(folder / SEAL_FILE, seal.public_bytes(serialization.Encoding.PEM) + _pem(seal_key))


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    *,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    years: int,
    is_root: bool,
) -> x509.Certificate:
    start = datetime.now(UTC) - timedelta(hours=1)  # clocks of readers differ
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root,
                content_commitment=not is_root,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_root,
                crl_sign=is_root,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificates(pem: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem)


def _write(path: Path, data: bytes) -> None:
    """All or nothing, and never readable by others, not even for a moment."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Web server and worker may start at the same moment: one of them makes the authority."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
