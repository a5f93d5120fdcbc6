import multiprocessing
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured

from records import authority


def certificate_of_an_organisation(tmp_path, key, password=b"secret"):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Meridian records")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=800))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "seal.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", key, certificate, None, serialization.BestAvailableEncryption(password)
        )
    )
    return path


def test_current_makes_an_authority_once(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    made = authority.current()
    assert made.is_own
    assert made.key.key_size == 3072
    made.certificate.verify_directly_issued_by(made.chain[0])
    authority._from_folder.cache_clear()
    assert authority.current().certificate == made.certificate


def test_keys_are_readable_by_their_owner_only(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    authority.current()
    for name in (authority.ROOT_FILE, authority.SEAL_FILE):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def make_in_process(folder, results):
    authority._from_folder.cache_clear()
    results.put(authority._from_folder(folder).certificate.serial_number)


def test_two_processes_make_one_authority(tmp_path):
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=make_in_process, args=(tmp_path / "keys", results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    assert len({results.get(timeout=60) for _ in workers}) == 1
    for worker in workers:
        worker.join()


def test_current_takes_the_certificate_of_the_organisation(settings, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings.SEAL_PKCS12_FILE = str(certificate_of_an_organisation(tmp_path, key))
    settings.SEAL_PKCS12_PASSWORD = "secret"
    assert not authority.current().is_own
    assert "“Meridian records”" in authority.describe()


def test_former_own_authority_stays_trusted(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    own = authority.trusted_roots()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings.SEAL_PKCS12_FILE = str(certificate_of_an_organisation(tmp_path, key))
    settings.SEAL_PKCS12_PASSWORD = "secret"
    assert len(authority.trusted_roots()) == 2
    assert own[0] in authority.trusted_roots()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_current_refuses_a_file_it_cannot_open(settings, tmp_path, password):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings.SEAL_PKCS12_FILE = str(certificate_of_an_organisation(tmp_path, key))
    settings.SEAL_PKCS12_PASSWORD = password
    with pytest.raises(ImproperlyConfigured):
        authority.current()


def test_current_refuses_an_elliptic_curve(settings, tmp_path):
    settings.SEAL_PKCS12_FILE = str(certificate_of_an_organisation(tmp_path, ec.generate_private_key(ec.SECP256R1())))
    settings.SEAL_PKCS12_PASSWORD = "secret"
    with pytest.raises(ImproperlyConfigured, match="RSA"):
        authority.current()


def test_describe_says_what_readers_will_say(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert "made for itself" in authority.describe()
    assert "No time-stamping authority" in authority.describe()
    settings.TIMESTAMP_URL = "https://stamps.example/"
    assert "confirms the moment" in authority.describe()
