"""Which Java is taken, shown with small programs that answer as a Java does, and how it is told of proxies."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lakehouse.ivy import STORE_PASSWORD, IvyError, java_network_options
from lakehouse.java import JavaError, java_home


def install_java(home: Path, version: str) -> Path:
    """A program that says of itself what that version of Java says."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    said = f"    java.home = {home}\n    java.specification.version = {version}\n"
    program.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}END\n")
    program.chmod(0o755)
    return home


@pytest.mark.parametrize("version", ["17", "21", "23"])
def test_java_home_is_taken_at_its_word(tmp_path: Path, version: str) -> None:
    home = install_java(tmp_path / "java", version)
    assert java_home({"JAVA_HOME": str(home), "PATH": ""}) == home


@pytest.mark.parametrize(("version", "told"), [("1.8", "8"), ("11", "11"), ("25", "25")])
def test_a_java_that_spark_does_not_run_on_is_refused_with_what_to_do(tmp_path: Path, version: str, told: str) -> None:
    home = install_java(tmp_path / "java", version)
    with pytest.raises(JavaError, match=f"expected Java 17 to 23 .* is Java {told}. Point JAVA_HOME at"):
        java_home({"JAVA_HOME": str(home), "PATH": ""})


def test_the_path_is_searched_when_java_home_is_not_set(tmp_path: Path) -> None:
    home = install_java(tmp_path / "java", "21")
    assert java_home({"PATH": f"{home / 'bin'}:/usr/bin:/bin"}) == home


def test_a_java_that_does_not_run_is_told_from_a_wrong_one(tmp_path: Path) -> None:
    with pytest.raises(JavaError, match="bin/java does not run"):
        java_home({"JAVA_HOME": str(tmp_path), "PATH": ""})


def test_proxies_are_said_in_javas_way(tmp_path: Path) -> None:
    environment = {"https_proxy": "http://proxy.example.com:3128", "NO_PROXY": "localhost, .example.com"}
    assert java_network_options(environment, tmp_path) == [
        "-Dhttps.proxyHost=proxy.example.com",
        "-Dhttps.proxyPort=3128",
        "-Dhttp.nonProxyHosts=localhost|*.example.com",
    ]


def test_without_proxies_and_certificates_java_is_told_nothing(tmp_path: Path) -> None:
    assert java_network_options({}, tmp_path) == []


def test_a_trust_store_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    environment = {"SSL_CERT_FILE": "/nowhere", "JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStore=/mine"}
    assert java_network_options(environment, tmp_path) == []


def test_a_companys_certificates_reach_java_and_unreadable_ones_are_passed_over(tmp_path: Path) -> None:
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    bundle = tmp_path / "company.pem"
    bundle.write_text(certificate("one") + broken + certificate("two"))
    options = java_network_options({"SSL_CERT_FILE": str(bundle)}, tmp_path)
    store = options[0].removeprefix("-Djavax.net.ssl.trustStore=")
    keytool = java_home() / "bin" / "keytool"
    command = [keytool, "-list", "-keystore", store, "-storepass", STORE_PASSWORD]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert listed.count("trustedCertEntry") == 2


def test_a_bundle_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no certificate")
    with pytest.raises(IvyError, match="no readable certificate"):
        java_network_options({"PIP_CERT": str(tmp_path / "key.pem")}, tmp_path)


def certificate(name: str) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return signed.public_bytes(serialization.Encoding.PEM).decode()
