"""Java, and the Kafka jars that Maven fetches once into a cache."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from broker.faults import JarsMissing, JavaUnfit
from broker.places import DEPLOY_KAFKA

OLDEST_JAVA = 17
_POM = DEPLOY_KAFKA / "pom.xml"
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_INSTALL_JAVA = "Install Debian's package openjdk-17-jre-headless (or a later Java) and try again."
_MAVEN_LIMIT_S = 900


def find_java() -> str:
    """The path of a fit `java`; JavaUnfit when there is none or it is older than Kafka needs."""
    java = shutil.which("java")
    if java is None:
        raise JavaUnfit("The local Kafka needs Java, and there is no `java` on the PATH.", _INSTALL_JAVA)
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = _VERSION.search(answer.stderr)
    if answer.returncode != 0 or found is None:
        raise JavaUnfit(f"{java} does not tell its version: {answer.stderr.strip()!r}.", _INSTALL_JAVA)
    if int(found[1]) < OLDEST_JAVA:
        raise JavaUnfit(f"Kafka 4 needs Java {OLDEST_JAVA}; {java} is Java {found[1]}.", _INSTALL_JAVA)
    return java


def jar_folder(cache: Path) -> Path:
    """Where the jars of this pom belong; another pom gets another folder."""
    return cache / f"kafka-{hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]}"


def find_jars(cache: Path, tell: Callable[[str], None]) -> Path:
    """The folder with the Kafka jars, fetched by Maven the first time (about 54 MB).

    The folder appears under its name only when it is complete, so a broken download is never used.
    Raises JarsMissing when Maven is missing or fails.
    """
    target = jar_folder(cache)
    if target.is_dir():
        return target
    maven = shutil.which("mvn")
    if maven is None:
        raise JarsMissing(
            "The local Kafka is fetched by Maven the first time, and there is no `mvn` on the PATH.",
            "Install Debian's package maven, or name a running Kafka in QINGYU_KAFKA_BOOTSTRAP.",
        )
    tell("fetching the Kafka jars with Maven, once (about 54 MB)")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=cache) as draft:
        jars = Path(draft) / "jars"
        _run_maven(maven, jars)
        try:
            jars.rename(target)
        except OSError:
            # Another command fetched them at the same time and was first; its folder is as good.
            if not target.is_dir():
                raise
    return target


def _run_maven(maven: str, jars: Path) -> None:
    command = [
        maven,
        "-q",
        "-B",
        "-C",
        "-f",
        str(_POM),
        "dependency:copy-dependencies",
        f"-DoutputDirectory={jars}",
    ]
    mend = "Check the network, a proxy and the mirrors in Maven's settings.xml, then try again."
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_MAVEN_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise JarsMissing(f"Maven did not finish within {_MAVEN_LIMIT_S} s.", mend) from fault
    if answer.returncode != 0 or not any(jars.glob("kafka_*.jar")):
        said = "\n".join(line for line in answer.stdout.splitlines() if line.strip())[-1500:]
        raise JarsMissing(f"Maven could not fetch the Kafka jars. It said:\n{said}\n", mend)
