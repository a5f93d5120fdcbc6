"""The organisation's seal: one certifying PAdES signature over the whole file, after which nothing may change."""

import asyncio
import io
import urllib.request
from datetime import UTC, datetime
from functools import cache
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp.noop import NoOpStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from records import authority
from records.names import SEAL_FIELD

TIMESTAMP_TIMEOUT = 20
LONGEST_TIMESTAMP = 100_000


def seal(pdf: bytes, *, at: datetime | None = None) -> bytes:
    """The file with the seal of the current authority, and with a time-stamp where an authority for it is set.

    `at` is the moment that the page names, so that both say the same.
    """
    sealing = authority.current()
    metadata = signers.PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        name=sealing.name,
        reason="Sealing of a record",
    )
    signer = _MomentSigner(
        metadata,
        signer=_signer(sealing),
        timestamper=_timestamper(),
        # The page shows the seal itself; pyHanko's own pictures of it break PDF/A.
        stamp_style=NoOpStampStyle(),
    )
    signer.moment = (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    return bytes(signer.sign_pdf(writer, existing_fields_only=True).getvalue())


class _MomentSigner(signers.PdfSigner):
    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


class _LoadedKeySigner(signers.SimpleSigner):
    """Keeps the key loaded: pyHanko loads and checks it again for every signature, which takes most of the time."""

    def __init__(self, sealing: authority.Authority) -> None:
        der = serialization.Encoding.DER
        private = sealing.key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        chain = SimpleCertificateStore()
        # The root is left out: whoever checks must have it anyhow, and a copy in the file would be unsigned bytes.
        for certificate in sealing.chain:
            if certificate.issuer != certificate.subject:
                chain.register(asn1_x509.Certificate.load(certificate.public_bytes(der)))
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(sealing.certificate.public_bytes(der)),
            signing_key=keys.PrivateKeyInfo.load(private),
            cert_registry=chain,
        )
        self._loaded = sealing.key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's signature
    ) -> bytes:
        if dry_run:
            return bytes(self._loaded.key_size // 8)
        return self._loaded.sign(data, PKCS1v15(), getattr(hashes, digest_algorithm.upper())())


@cache
def _signer(sealing: authority.Authority) -> signers.Signer:
    return _LoadedKeySigner(sealing)


def _timestamper() -> TimeStamper | None:
    return _HTTPTimeStamper(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None


class _HTTPTimeStamper(TimeStamper):
    """RFC 3161 over HTTP with what Python brings."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, query: bytes) -> tsp.TimeStampResp:
        if not self.url.startswith(("https://", "http://")):
            message = "TIMESTAMP_URL must be an http or https address."
            raise TimestampRequestError(message)
        request = urllib.request.Request(  # noqa: S310
            self.url,
            data=query,
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
        )
        with urllib.request.urlopen(request, timeout=TIMESTAMP_TIMEOUT) as reply:  # noqa: S310
            return tsp.TimeStampResp.load(reply.read(LONGEST_TIMESTAMP))
