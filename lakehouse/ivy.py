"""Fetches JARs with the Ivy that ships inside Spark, through a company's proxy and with its certificates."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lakehouse.java import java_home

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

TIMEOUT_SECONDS = 600
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT")
ONE_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
STORE_PASSWORD = "changeit"  # Java's own default; the store holds public certificates only


class IvyError(RuntimeError):
    """Spark's Ivy could not bring the JARs; the message is its own reason."""


def fetch_jars(coordinate: str, excludes: tuple[str, ...], folder: Path) -> list[Path]:
    """The JAR of a Maven coordinate and of all that it needs, in a folder that is ours alone."""
    application = folder / "nothing.py"
    application.write_text("")
    environment = _environment()
    command = [
        str(_spark_home() / "bin" / "spark-submit"),
        *("--packages", coordinate),
        *("--exclude-packages", ",".join(excludes)),
        *("--conf", f"spark.jars.ivy={folder}"),
        *("--driver-java-options", " ".join(java_network_options(os.environ, folder))),
        str(application),
    ]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        raise IvyError(f"no answer within {TIMEOUT_SECONDS} seconds") from None
    if ended.returncode != 0:
        raise IvyError(_reason(ended.stdout + ended.stderr))
    return sorted((folder / "jars").glob("*.jar"))


def java_network_options(environment: Mapping[str, str], folder: Path) -> list[str]:
    """The usual variables of proxies and certificates, said in Java's way; Java reads none of them by itself."""
    options = [*_proxies(environment)]
    bundle = next((environment[name] for name in CERTIFICATE_VARIABLES if environment.get(name)), None)
    if bundle and "javax.net.ssl.trustStore" not in environment.get("JAVA_TOOL_OPTIONS", ""):
        store = _trust_store(Path(bundle), folder / "certificates.p12")
        options += [f"-Djavax.net.ssl.trustStore={store}", f"-Djavax.net.ssl.trustStorePassword={STORE_PASSWORD}"]
    return options


def _proxies(environment: Mapping[str, str]) -> Iterator[str]:
    for scheme in ("http", "https"):
        value = environment.get(f"{scheme}_proxy") or environment.get(f"{scheme.upper()}_PROXY")
        if value:
            proxy = urlsplit(value if "://" in value else f"//{value}")
            yield f"-D{scheme}.proxyHost={proxy.hostname}"
            yield f"-D{scheme}.proxyPort={proxy.port or 80}"
    direct = environment.get("no_proxy") or environment.get("NO_PROXY")
    if direct:
        hosts = [f"*{host}" if host.startswith(".") else host for host in direct.replace(" ", "").split(",") if host]
        yield f"-Dhttp.nonProxyHosts={'|'.join(hosts)}"


def _trust_store(bundle: Path, store: Path) -> Path:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore

    entries = [PKCS12Certificate(one, f"certificate-{i}".encode()) for i, one in enumerate(_certificates(bundle))]
    store.write_bytes(serialize_java_truststore(entries, BestAvailableEncryption(STORE_PASSWORD.encode())))
    return store


def _certificates(bundle: Path) -> list[Certificate]:
    """Those of the bundle that can be read; the bundles of operating systems hold a few that break the standard."""
    from cryptography.x509 import load_pem_x509_certificate

    readable = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for pem in ONE_CERTIFICATE.findall(bundle.read_bytes()):
            with suppress(ValueError):
                readable.append(load_pem_x509_certificate(pem))
    if not readable:
        raise IvyError(f"there is no readable certificate in {bundle}")
    return readable


def _environment() -> dict[str, str]:
    """Ours, but with this Python, this Spark and a Java that runs it, whatever the shell says of others."""
    chosen = {
        "JAVA_HOME": str(java_home()),
        "SPARK_HOME": str(_spark_home()),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
    }
    return {**os.environ, **chosen}


def _spark_home() -> Path:
    spark = find_spec("pyspark")  # finds it without the second that importing it takes
    if spark is None or spark.origin is None:
        raise IvyError("PySpark is not installed; run: pip install 'lakewheel[spark]'")
    return Path(spark.origin).parent


def _reason(output: str) -> str:
    """The one line of a long log that says most about what went wrong."""
    lines = [line.strip(" :\t") for line in output.splitlines() if line.strip(" :\t")]
    for telling in ("Server access error", "No space left", "Host ", "not found", "Exception"):
        for line in lines:
            if telling in line:
                return line
    return lines[-1] if lines else "spark-submit failed and said nothing"
