import hashlib
import io
import random
import zlib

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject, TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter, copy_into_new_writer

from interviews.content import canonical
from records import authority
from records.pdf import render
from records.seal import seal
from records.verify import LARGEST, verify, verify_in_child
from tests.records import sample


@pytest.fixture
def another_installation(settings, tmp_path, monkeypatch):
    """From here on, seals are made by an authority that ours does not know but that carries the same names."""
    ours = authority.current()
    roots = authority.trusted_roots()
    settings.DATA_DIR = tmp_path
    mark = bytes.fromhex(ours.name.split()[-1])
    with monkeypatch.context() as names:
        names.setattr(authority.os, "urandom", lambda _count: mark)
        authority.current()
    assert authority.current().name == ours.name
    return roots


def test_verify_finds_a_sealed_record_genuine(sealed):
    verdict = verify(sealed)
    assert (verdict.status, verdict.finding) == ("genuine", "intact")
    assert verdict.sealed_at == sample.SEALED_AT
    assert verdict.content_sha256 == hashlib.sha256(canonical(sample.content()).encode()).hexdigest()
    assert verdict.file_sha256 == hashlib.sha256(sealed).hexdigest()
    assert "not one byte" in verdict.reason


def test_verify_in_child_judges_the_same(sealed):
    assert verify_in_child(sealed) == verify(sealed)
    assert verify_in_child(sealed[:-200]).status == "altered"
    assert verify_in_child(b"%PDF-1.7 and nothing else").status == "unreadable"


def test_verify_finds_one_flipped_byte_anywhere(sealed):
    chance = random.Random(20261203)
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    _start, gap, after, _rest = map(int, signature.byte_range)
    places = [chance.randrange(len(sealed)) for _ in range(120)]
    places += [chance.randrange(gap, after) for _ in range(60)]
    places += [0, 9, gap, gap + 1, after - 1, after - 2, after, len(sealed) - 1]
    for place in places:
        altered = bytearray(sealed)
        altered[place] ^= 1 << chance.randrange(8)
        verdict = verify(bytes(altered))
        assert verdict.status == "altered", (place, verdict)


def test_verify_knows_each_spelling_of_the_signature(sealed):
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    _start, gap, after, _rest = map(int, signature.byte_range)
    assert verify(sealed[:gap] + sealed[gap:after].lower() + sealed[after:]).status == "altered"


def replaced(sealed):
    position = sealed.index(b"/Contents <") + 200
    return sealed[:position] + b"0" * 64 + sealed[position + 64 :]


def with_update(sealed):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(sealed):
    """All objects copied into a new file, as a tool that removes signatures does."""
    out = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(sealed))).write(out)
    return out.getvalue()


def first_revision(sealed):
    """Sealing appended an update; this is the file without it."""
    return sealed[: sealed.index(b"%%EOF") + 6]


@pytest.mark.parametrize(
    "attack",
    [
        replaced,
        with_update,
        rewritten,
        first_revision,
        lambda sealed: sealed + b"\n",
        lambda sealed: sealed + sealed,
        lambda sealed: b"\n" + sealed,
        lambda sealed: sealed[:-1],
        lambda sealed: sealed.replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdEX.detached"),
    ],
)
def test_verify_refuses_what_was_changed(sealed, attack):
    assert verify(attack(sealed)).status == "altered"


def test_verify_calls_another_authority_with_the_same_names_foreign(unsealed, another_installation):
    theirs = seal(unsealed)
    assert verify(theirs).status == "genuine"  # for them
    assert verify(theirs, another_installation).status == "foreign"


def test_verify_calls_an_altered_text_with_another_seal_foreign(another_installation):
    content = sample.content()
    content["promises"] = []
    theirs = render(
        content,
        sample.signatures(content),
        organisation=sample.ORGANISATION,
        reference=sample.REFERENCE,
        sealed_at=sample.SEALED_AT,
        audit_head="",
        review=sample.REVIEW,
    )
    assert verify(seal(theirs), another_installation).finding == "other_seal"


@pytest.mark.parametrize("data", [b"", b"no PDF at all", b"%PDF-1.7\n%%EOF", b"\x00" * 1000])
def test_verify_calls_other_files_unreadable(data):
    assert verify(data).status == "unreadable"


def test_verify_cannot_read_half_a_file(sealed):
    assert verify(sealed[: len(sealed) // 2]).status == "unreadable"


def test_verify_refuses_large_files(sealed):
    assert verify(sealed + b" " * LARGEST).finding == "too_large"
    assert verify_in_child(sealed + b" " * LARGEST).finding == "too_large"


def test_a_bomb_ends_with_its_process():
    """An attachment that unpacks to more than the child may hold costs the child its life, not the server's."""
    pack = zlib.compressobj(1)
    packed = b"".join(pack.compress(bytes(10_000_000)) for _ in range(130)) + pack.flush()
    writer = PdfFileWriter()
    writer.insert_page(PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9)))
    bomb = StreamObject({pdf_name("/Filter"): pdf_name("/FlateDecode")}, encoded_data=packed)
    file = DictionaryObject({pdf_name("/EF"): DictionaryObject({pdf_name("/F"): writer.add_object(bomb)})})
    names = ArrayObject([TextStringObject("record.json"), writer.add_object(file)])
    tree = DictionaryObject({pdf_name("/Names"): names})
    writer.root[pdf_name("/Names")] = DictionaryObject({pdf_name("/EmbeddedFiles"): tree})
    out = io.BytesIO()
    writer.write(out)
    assert len(out.getvalue()) < LARGEST
    assert verify_in_child(out.getvalue()).status == "unreadable"
