"""The record on paper: tagged PDF/A-3a and PDF/UA-1, with the signed content and the signatures attached as data.

The same input gives the same bytes. Nothing is read from disk or network but the files listed here: what a person
typed can name any address it likes.
"""

import hashlib
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pydyf
from django.template.loader import render_to_string
from django.utils import translation

from interviews.content import canonical
from records import fonts, letter
from records.names import ADDENDUM_FILE, ARCHIVE_FIELD, CONTENT_FILE, SEAL_FIELD, SIGNATURES_FILE
from records.typeset import clean

VARIANT = "pdf/a-3a"

_PRINT = Path(__file__).parent / "print"
_TYPES = {".ttf": "font/ttf", ".svg": "image/svg+xml"}
_lock = threading.Lock()


def render(
    content: Mapping[str, Any],
    signatures: Sequence[Mapping[str, Any]],
    *,
    organisation: Mapping[str, str],
    reference: str,
    sealed_at: datetime,
    audit_head: str,
    review: Mapping[str, Any],
) -> bytes:
    """The unsealed record. `content` must be the dictionary whose canonical JSON was signed."""
    data = canonical(content).encode()
    digest = hashlib.sha256(data).hexdigest()
    sealed_at = sealed_at.astimezone(UTC).replace(microsecond=0)
    declared = canonical(
        {
            "schema": "careerconv.signatures/1",
            "reference": reference,
            "content_sha256": digest,
            "review": dict(review),
            "sealed_at": sealed_at.isoformat(),
            "audit_head": audit_head,
            "signatures": list(signatures),
        }
    ).encode()
    with translation.override(content["interview"]["language"]):
        context = letter.letter(
            content,
            signatures,
            organisation=organisation,
            reference=reference,
            sealed_at=sealed_at,
            audit_head=audit_head,
            content_sha256=digest,
            review=review,
        )
        page = _page("records/record.html", context, sealed_at)
        seal_name = _seal_name(organisation)
    return typeset(
        page,
        attachments=[
            (CONTENT_FILE, data, "The signed content as data (canonical JSON)", "Source"),
            (SIGNATURES_FILE, declared, "Who signed what, when and how", "Supplement"),
        ],
        made_at=sealed_at,
        seal_name=seal_name,
    )


def render_addendum(
    content: Mapping[str, Any],
    *,
    organisation: Mapping[str, str],
    sealed_at: datetime,
    audit_head: str,
    method: str,
) -> bytes:
    """The unsealed file of an addendum, which names the file that it adds to by its hash."""
    data = canonical(content).encode()
    sealed_at = sealed_at.astimezone(UTC).replace(microsecond=0)
    with translation.override(content["language"]):
        context = letter.addendum(
            content,
            organisation=organisation,
            sealed_at=sealed_at,
            audit_head=audit_head,
            content_sha256=hashlib.sha256(data).hexdigest(),
            method=method,
        )
        page = _page("records/addendum_print.html", context, sealed_at)
        seal_name = _seal_name(organisation)
    return typeset(
        page,
        attachments=[(ADDENDUM_FILE, data, "The addendum as data (canonical JSON)", "Source")],
        made_at=sealed_at,
        seal_name=seal_name,
    )


def _page(template: str, context: dict[str, Any], sealed_at: datetime) -> str:
    return render_to_string(template, {**context, "sealed_at_iso": sealed_at.strftime("%Y-%m-%dT%H:%M:%SZ")})


def _seal_name(organisation: Mapping[str, str]) -> str:
    return translation.gettext("Electronic seal of %(name)s") % {"name": clean(organisation["name"])}


def typeset(
    page: str,
    *,
    attachments: Sequence[tuple[str, bytes, str, str]],
    made_at: datetime,
    seal_name: str,
) -> bytes:
    """A page as a file that can be sealed; it must have an element with the id `seal`."""
    configuration = fonts.configuration()
    from weasyprint import HTML, Attachment  # after the fonts: importing it reads their configuration

    fetcher = _fetcher()
    moment = made_at.astimezone(UTC).replace(tzinfo=None)
    files = [
        Attachment(
            string=data,
            name=name,
            description=description,
            relationship=relationship,
            created=moment,
            modified=moment,
            url_fetcher=fetcher,
        )
        for name, data, description, relationship in attachments
    ]
    with _lock:  # one font configuration for the process, which Pango does not share between threads
        document = HTML(string=page, url_fetcher=fetcher, base_url="app:page").render(
            stylesheets=[_stylesheet()], font_config=configuration, pdf_variant=VARIANT
        )
        return bytes(
            document.write_pdf(
                pdf_variant=VARIANT,
                pdf_identifier=hashlib.sha256(page.encode() + b"".join(data for _n, data, *_r in attachments)).digest()[
                    :16
                ],
                attachments=files,
                finisher=_finisher(seal_name),
            )
        )


# ---------------------------------------------------------------- what the page may load


@cache
def _resources() -> dict[str, tuple[bytes, str]]:
    paths = [fonts.own_path(name) for name in fonts.OWN] + [_PRINT / "mark.svg", _PRINT / "seal.svg"]
    return {f"app:{path.name}": (path.read_bytes(), _TYPES[path.suffix]) for path in paths}


@cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]
        """Our own files, read once; every other address fails the whole page."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=("app",), allow_redirects=False, fail_on_errors=True)

        def fetch(self, url: str, headers: object = None) -> Any:
            if url not in _resources():
                _refuse(url)
            body, content_type = _resources()[url]
            return URLFetcherResponse(url, body=body, headers={"Content-Type": content_type})

        __call__ = fetch

    return ClosedFetcher()


def _refuse(url: str) -> NoReturn:
    message = f"A record may not load {url[:80]}"
    raise ValueError(message)


@cache
def _stylesheet() -> Any:
    from weasyprint import CSS

    return CSS(
        string=(_PRINT / "record.css").read_text(encoding="utf-8"),
        font_config=fonts.configuration(),
        url_fetcher=_fetcher(),
        base_url="app:style",
    )


# ---------------------------------------------------------------- what WeasyPrint leaves open

_PDFUA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


def _finisher(seal_name: str) -> Callable[[Any, pydyf.PDF], None]:
    def finish(document: Any, pdf: pydyf.PDF) -> None:
        _list_attachments_once(pdf)
        _declare_pdfua(pdf)
        _scope_header_cells(pdf)
        _add_signature_fields(document, pdf, seal_name)

    return finish


def _resolve(pdf: pydyf.PDF, reference: Any) -> Any:
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return pdf.objects[int(text.split()[0])]


def _list_attachments_once(pdf: pydyf.PDF) -> None:
    """WeasyPrint 70 lists every attachment twice, which PDF/A readers show twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _declare_pdfua(pdf: pydyf.PDF) -> None:
    """WeasyPrint writes PDF/A or PDF/UA. Both marks belong into one rdf:RDF: two would not be valid XMP."""
    metadata = _resolve(pdf, pdf.catalog["Metadata"])
    metadata.stream = [re.sub(rb"</rdf:RDF>", lambda _: _PDFUA, metadata.stream[0], count=1)]


def _scope_header_cells(pdf: pydyf.PDF) -> None:
    for cell in pdf.objects:
        if isinstance(cell, dict) and cell.get("S") == "/TH":
            group = _resolve(pdf, _resolve(pdf, cell["P"])["P"])
            attributes = cell.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
            attributes["Scope"] = "/Column" if group.get("S") == "/THead" else "/Row"


def _add_signature_fields(document: Any, pdf: pydyf.PDF, seal_name: str) -> None:
    """Tagged, still empty fields: one over the printed seal, an invisible one for a later archive time-stamp.

    A sealed file cannot get another tagged field without breaking PDF/UA, so its place is made now.
    """
    structure = _resolve(pdf, pdf.catalog["StructTreeRoot"])
    root = structure["K"][0]
    numbers = _resolve(pdf, structure["ParentTree"])["Nums"]
    number = max(numbers[0::2]) + 1
    page_index, rectangle = _seal_place(document)
    page_reference = pdf.page_references[page_index]
    if isinstance(page_reference, bytes):
        page_reference = page_reference.decode()
    annotations = _resolve(pdf, page_reference).setdefault("Annots", pydyf.Array())
    fields = pydyf.Array()
    for name, tip in ((SEAL_FIELD, seal_name), (ARCHIVE_FIELD, "Archive time-stamp")):
        left, bottom, right, top = rectangle if name == SEAL_FIELD else (0, 0, 0, 0)
        appearance = pydyf.Stream(
            [],
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, right - left, top - bottom]),
            },
        )
        pdf.add_object(appearance)
        widget = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(name),
                "TU": pydyf.String(tip),
                "Contents": pydyf.String(tip),
                "Rect": pydyf.Array([left, bottom, right, top]),
                "F": 4 | 128,  # print, locked
                "P": page_reference,
                "StructParent": number,
                "AP": pydyf.Dictionary({"N": appearance.reference}),
            }
        )
        pdf.add_object(widget)
        kid = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page_reference})
        pdf.add_object(kid)
        element = pydyf.Dictionary(
            {
                "Type": "/StructElem",
                "S": "/Form",
                "K": kid.reference,
                "Pg": page_reference,
                "P": root,
                "Alt": pydyf.String(tip),
            }
        )
        pdf.add_object(element)
        _resolve(pdf, root)["K"].append(element.reference)
        numbers.extend([number, element.reference])
        number += 1
        annotations.append(widget.reference)
        fields.append(widget.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": fields, "SigFlags": 0})


def _seal_place(document: Any) -> tuple[int, tuple[float, float, float, float]]:
    """The page of the printed seal and its rectangle in points, from the bottom left corner."""
    for index, page in enumerate(document.pages):
        for box in page._page_box.descendants():  # noqa: SLF001
            element = getattr(box, "element", None)
            if element is not None and element.get("id") == "seal":
                left, top = box.border_box_x(), box.border_box_y()
                width, height = box.border_width(), box.border_height()
                points = (left, page.height - top - height, left + width, page.height - top)
                return index, tuple(round(0.75 * value, 2) for value in points)
    message = "The page has no seal."
    raise LookupError(message)
