#!/usr/bin/env bash
# Set-up: what the machine must have, then the two Python environments from their locks. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
say() { printf '\033[1m%s\033[0m\n' "$*"; }

# --- what the machine must have -----------------------------------------------------------------------------------
missing=()
python=$(command -v python3.11 || command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
then missing+=(python3.11 python3.11-venv); fi
java_major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1 || true)
[ "${java_major:-0}" -ge 17 ] || missing+=(openjdk-17-jre-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v chromium >/dev/null || missing+=(chromium)
# For the tests of several writers. Debian keeps the server's programs out of the path, one folder for each version.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
# Without a CJK font every Chinese character of a screenshot is an empty box.
[ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || missing+=(fonts-noto-cjk fontconfig)

if [ "${#missing[@]}" -gt 0 ]; then
  line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "missing: ${missing[*]}" >&2
    echo "run this once, then try again:  sudo sh -c '$line'" >&2
    exit 1
  fi
  python=$(command -v python3.11 || command -v python3)
fi

# --- uv, pinned, in a corner of its own ---------------------------------------------------------------------------
if [ "$(.tools/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
  say "fetching uv $UV_VERSION"
  "$python" -m venv --clear .tools
  .tools/bin/python -m pip install -q "uv==$UV_VERSION"
fi

# --- two environments: Superset pins old libraries that the application must not inherit ---------------------------
env_from() { # folder, lock files ...
  local folder=$1; shift
  local stamp; stamp=$(cat "$@" pyproject.toml scripts/setup.sh | sha256sum | cut -d' ' -f1)
  [ "$(cat "$folder/.qingyu-lock" 2>/dev/null)" = "$stamp" ] && return 1
  say "making $folder from $*"
  .tools/bin/uv venv -q --clear --python "$python" "$folder"
  .tools/bin/uv pip sync -q --compile-bytecode --python "$folder/bin/python" "$@"
  echo "$stamp" >"$folder/.qingyu-lock.new"
}
done_with() { mv "$1/.qingyu-lock.new" "$1/.qingyu-lock"; }

if env_from .venv requirements/dev.lock; then
  .tools/bin/uv pip install -q --python .venv/bin/python --no-deps --editable .
  done_with .venv
fi
if env_from .venv-superset dashboards/requirements.lock; then done_with .venv-superset; fi
say "set up"
