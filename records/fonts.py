"""The closed set of fonts that may appear in a record.

A record drawn with whatever the machine has installed would look different on the next one, and a colour bitmap
font would break PDF/A. So fontconfig gets a configuration of our own: the two families of the product and, for other
scripts, Noto and a few monochrome symbol fonts where Debian's packages put them.
"""

import atexit
import os
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

OWN = (
    "newsreader-400.ttf",
    "newsreader-500.ttf",
    "newsreader-400-italic.ttf",
    "sourcesans3-400.ttf",
    "sourcesans3-600.ttf",
)
OTHER_SCRIPTS = (
    "/usr/share/fonts/truetype/noto/NotoSans*-Regular.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf",
)
# Drawn as nothing by design, so no font needs a glyph for them: line breaks, joiners, variation selectors.
INVISIBLE = frozenset({0x0A, 0x0D, 0x200B, 0x200C, 0x200D, 0xFE0E, 0xFE0F})

_lock = threading.Lock()


def own_path(name: str) -> Path:
    path = settings.FONTS_DIR / name
    if not path.is_file():
        message = f"The font {name} is missing in {settings.FONTS_DIR}: run bin/fonts."
        raise ImproperlyConfigured(message)
    return path


def other_paths() -> list[Path]:
    return [path for pattern in OTHER_SCRIPTS for path in sorted(Path("/").glob(pattern.lstrip("/")))]


@cache
def coverage() -> frozenset[int]:
    """Every code point that one of the fonts can draw. PDF/A and PDF/UA both forbid the empty box for the others."""
    from fontTools.ttLib import TTFont  # slow to import, and only a worker needs it

    covered: set[int] = set(INVISIBLE)
    for path in [*(own_path(name) for name in OWN), *other_paths()]:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            covered.update(font.getBestCmap() or ())
    return frozenset(
        point for point in covered if point in INVISIBLE or unicodedata.category(chr(point)) not in {"Co", "Cn", "Cs"}
    )


@cache
def configuration() -> "FontConfiguration":
    """WeasyPrint's view of the closed set, made once per process."""
    with _lock, _closed_fontconfig():
        from weasyprint.text.fonts import FontConfiguration

        # It removes its folder of fonts when it goes, and can't while Python is shutting down.
        atexit.register(configuration.cache_clear)
        return FontConfiguration()


@contextmanager
def _closed_fontconfig() -> Iterator[None]:
    """FONTCONFIG_FILE as long as fontconfig reads it: also while WeasyPrint is imported, which looks at fonts too."""
    former = os.environ.get("FONTCONFIG_FILE")
    caches = settings.DATA_DIR / "fontconfig"
    caches.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as file:
        file.write(_fontconfig(caches))
        file.flush()
        os.environ["FONTCONFIG_FILE"] = file.name
        try:
            yield
        finally:
            os.environ.pop("FONTCONFIG_FILE")
            if former is not None:
                os.environ["FONTCONFIG_FILE"] = former


def _fontconfig(caches: Path) -> str:
    others = other_paths()
    folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in sorted({path.parent for path in others}))
    accepted = "".join(f"<glob>{escape(str(path))}</glob>" for path in others)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{escape(str(caches))}</cachedir>"
        f"<selectfont><acceptfont>{accepted}</acceptfont><rejectfont><glob>/*</glob></rejectfont></selectfont>"
        "</fontconfig>"
    )
