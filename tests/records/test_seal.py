import io
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from records.seal import seal
from records.verify import verify
from tests.records import sample
from tests.verapdf import validate


def test_seal_keeps_the_rules_of_archive_and_access(sealed, tmp_path):
    path = tmp_path / "record.pdf"
    path.write_bytes(sealed)
    assert validate(path) == []


def test_seal_is_one_certifying_signature_at_the_moment_that_is_printed(sealed):
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert signature.field_name == "OrganisationSeal"
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.self_reported_timestamp == sample.SEALED_AT


def test_other_readers_see_the_seal(sealed, tmp_path):
    path = tmp_path / "record.pdf"
    path.write_bytes(sealed)
    seen = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in seen
    assert "Total document signed" in seen
    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def time_stamping_authority() -> Iterator[str]:
    """A small RFC 3161 server on the loopback."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test stamps")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2050, 1, 1, tzinfo=UTC))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(der)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        ),
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            reply = stamper.request_tsa_response(query).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_seal_is_time_stamped_where_an_authority_is_set(unsealed, time_stamping_authority, settings, tmp_path):
    settings.TIMESTAMP_URL = time_stamping_authority
    begun = datetime.now(UTC).replace(microsecond=0)
    pdf = seal(unsealed, at=sample.SEALED_AT)
    verdict = verify(pdf)
    assert verdict.status == "genuine"
    assert verdict.sealed_at >= begun
    path = tmp_path / "record.pdf"
    path.write_bytes(pdf)
    assert validate(path) == []


def test_seal_fails_when_the_time_stamping_authority_does(unsealed, settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(OSError, match="refused"):
        seal(unsealed)
