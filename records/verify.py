"""Whether a file is a record of ours, and unchanged.

The judgement needs no database: the seal must be by one of our authorities and cover every byte of the file. That the
file is also *known* here is asked by `records.queries`. A file from outside is judged in a child process with limits
of time and memory (`verify_in_child`), which is why this module imports its tools only when it uses them.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from django.utils.translation import gettext as _

from records.names import ADDENDUM_FILE, CONTENT_FILE, SEAL_FIELD

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

LARGEST = 10 * 1024 * 1024
SECONDS = 20
MEMORY = 1024 * 1024 * 1024
LARGEST_CONTENT = 20 * 1024 * 1024

Status = Literal["genuine", "altered", "foreign", "unreadable"]


@dataclass(frozen=True)
class Verdict:
    """What a file is, and why; no names."""

    status: Status
    finding: str
    file_sha256: str
    sealed_at: datetime | None = None
    content_sha256: str | None = None

    @property
    def reason(self) -> str:
        return reasons()[self.finding]


def reasons() -> dict[str, str]:
    return {
        "intact": _("The seal is ours, it covers the whole file, and not one byte has changed since."),
        "known": _("The seal is ours, not one byte has changed since, and the file is listed in our register."),
        "unlisted": _("The seal is ours, but this very file is not listed in our register."),
        "changed": _("The file carries our seal, but it was changed after the sealing."),
        "extended": _("The file carries our seal, but something was added to it after the sealing."),
        "seal_removed": _("The file looks like a record, but its seal is missing or damaged."),
        "no_seal": _("The file carries no seal of this organisation."),
        "other_seal": _("The file was sealed or signed by somebody else."),
        "no_record": _("The file carries our seal, but it is not a record."),
        "not_pdf": _("The file is not a PDF, or it is damaged so badly that it cannot be read."),
        "too_large": _("The file is larger than 10 MB. Records are much smaller."),
        "too_costly": _("Reading the file took too much time or memory, so it was not checked."),
    }


def verify(pdf: bytes, roots: Sequence[bytes] | None = None) -> Verdict:
    """Judge a file by our root certificates (DER), by default those of this installation."""
    if roots is None:
        from records import authority  # needs settings, which the child process has not

        roots = authority.trusted_roots()
    digest = hashlib.sha256(pdf).hexdigest()
    if len(pdf) > LARGEST:
        return Verdict("unreadable", "too_large", digest)
    try:
        return _judge(pdf, digest, roots)
    except Exception:  # noqa: BLE001 - a parser that meets a hostile file can fail in any way
        if f"({SEAL_FIELD})".encode() in pdf:
            return Verdict("altered", "changed", digest)
        return Verdict("unreadable", "not_pdf", digest)


def _judge(pdf: bytes, digest: str, roots: Sequence[bytes]) -> Verdict:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    signatures = [signature for signature in reader.embedded_signatures if signature.field_name == SEAL_FIELD]
    content = _content_digest(reader)
    if len(signatures) != 1:
        if _has_place_for_seal(reader):
            return Verdict("altered", "seal_removed", digest, content_sha256=content)
        finding = "other_seal" if reader.embedded_signatures else "no_seal"
        return Verdict("foreign", finding, digest, content_sha256=content)
    return _judge_seal(pdf, digest, reader=reader, signature=signatures[0], content=content, roots=roots)


def _judge_seal(
    pdf: bytes,
    digest: str,
    *,
    reader: "PdfFileReader",
    signature: "EmbeddedPdfSignature",
    content: str | None,
    roots: Sequence[bytes],
) -> Verdict:
    sealed_at = signature.self_reported_timestamp
    status = _cryptographic_status(signature, roots, sealed_at)
    is_consistent = status.intact and status.valid
    if is_consistent and not status.trusted:
        return Verdict("foreign", "other_seal", digest, content_sha256=content)
    stamp = status.timestamp_validity
    if stamp is not None:
        is_consistent = is_consistent and stamp.intact and stamp.valid
        sealed_at = stamp.timestamp
    if is_consistent and not _reaches_the_end(pdf, signature):
        return Verdict("altered", "extended", digest, content_sha256=content)
    if not (is_consistent and _fills_its_gap(pdf, signature) and _forbids_changes(reader, signature)):
        return Verdict("altered", "changed", digest, content_sha256=content)
    if content is None:
        return Verdict("foreign", "no_record", digest)
    return Verdict("genuine", "intact", digest, sealed_at=sealed_at, content_sha256=content)


def _has_place_for_seal(reader: "PdfFileReader") -> bool:
    fields = reader.root.get("/AcroForm", {}).get("/Fields", [])
    return any(field.get_object().get("/T") == SEAL_FIELD for field in fields)


def _cryptographic_status(signature: "EmbeddedPdfSignature", roots: Sequence[bytes], moment: datetime | None) -> Any:
    from asn1crypto import x509
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    # As of the moment of sealing: a record outlives the certificate. That the moment is honest, our own key says.
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=moment or datetime.now(UTC),
    )
    return validate_pdf_signature(signature, context, skip_diff=True)


def _reaches_the_end(pdf: bytes, signature: "EmbeddedPdfSignature") -> bool:
    start, _first, second, rest = (int(number) for number in signature.byte_range)
    return start == 0 and second + rest == len(pdf)


def _fills_its_gap(pdf: bytes, signature: "EmbeddedPdfSignature") -> bool:
    """Whether the bytes that are not signed, those of the signature itself, follow from what is signed.

    Rebuilding the signature from its signed parts leaves no room: neither for other bytes in the gap between the
    signed ranges nor for another spelling of the same ones.
    """
    _start, first, second, _rest = (int(number) for number in signature.byte_range)
    gap = pdf[first:second]
    exact = _rebuilt(signature).hex().upper().encode()
    return gap == b"<" + exact.ljust(len(gap) - 2, b"0") + b">"


def _rebuilt(signature: "EmbeddedPdfSignature") -> bytes:
    from asn1crypto import cms

    signer, signed, certificate = signature.signer_info, signature.signed_data, signature.signer_cert
    information = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                )
            }
        ),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": signer["signature"],
    }
    if signer["unsigned_attrs"]:
        information["unsigned_attrs"] = signer["unsigned_attrs"]
    return cast(
        "bytes",
        cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": cms.SignedData(
                    {
                        "version": "v1",
                        "digest_algorithms": [{"algorithm": "sha256"}],
                        "encap_content_info": {"content_type": "data"},
                        "certificates": signed["certificates"],
                        "signer_infos": [information],
                    }
                ),
            }
        ).dump(),
    )


def _forbids_changes(reader: "PdfFileReader", signature: "EmbeddedPdfSignature") -> bool:
    from pyhanko.sign.fields import MDPPerm

    certified = reader.root.get("/Perms", {}).get("/DocMDP") is not None
    return certified and signature.docmdp_level == MDPPerm.NO_CHANGES


def _content_digest(reader: "PdfFileReader") -> str | None:
    """The SHA-256 of the attached content, if there is any."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        files = {str(names[place]): names[place + 1] for place in range(0, len(names), 2)}
    except (KeyError, TypeError):
        return None
    found = [file for name, file in files.items() if name in {CONTENT_FILE, ADDENDUM_FILE}]
    if len(found) != 1:
        return None
    data = found[0].get_object()["/EF"]["/F"].get_object().data
    return hashlib.sha256(data).hexdigest() if len(data) <= LARGEST_CONTENT else None


# ---------------------------------------------------------------- in a process of its own


def verify_in_child(pdf: bytes, roots: Sequence[bytes] | None = None) -> Verdict:
    """The same judgement where a hostile file can harm nobody: in a process with little time and memory."""
    if roots is None:
        from records import authority

        roots = authority.trusted_roots()
    digest = hashlib.sha256(pdf).hexdigest()
    if len(pdf) > LARGEST:
        return Verdict("unreadable", "too_large", digest)
    head = json.dumps([base64.b64encode(root).decode() for root in roots]).encode()
    base = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(
            [sys.executable, "-m", "records.verify"],
            input=head + b"\n" + pdf,
            capture_output=True,
            check=True,
            cwd=base,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(base), "LANG": "C.UTF-8"},
            timeout=2 * SECONDS,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return Verdict("unreadable", "too_costly", digest)
    moment = answer.pop("sealed_at")
    return Verdict(sealed_at=datetime.fromisoformat(moment) if moment else None, **answer)


def _child() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    head, pdf = sys.stdin.buffer.read(LARGEST + 1_000_000).split(b"\n", 1)
    verdict = asdict(verify(pdf, [base64.b64decode(root) for root in json.loads(head)]))
    verdict["sealed_at"] = verdict["sealed_at"].isoformat() if verdict["sealed_at"] else None
    sys.stdout.write(json.dumps(verdict))


if __name__ == "__main__":
    _child()
