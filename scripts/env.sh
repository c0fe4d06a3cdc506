# Sourced by the scripts: where things are. Settings that are already in the environment win.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export QINGYU_VAR="${QINGYU_VAR:-$PWD/var}"
export QINGYU_BIN="$PWD/.venv/bin/qingyu"
export QINGYU_SUPERSET_PYTHON="$PWD/.venv-superset/bin/python"
export QINGYU_SUPERSET_PORT="${QINGYU_SUPERSET_PORT:-8088}"
export QINGYU_GATEWAY_PORT="${QINGYU_GATEWAY_PORT:-8080}"
export QINGYU_FAKE_MESSENGER_PORT="${QINGYU_FAKE_MESSENGER_PORT:-8099}"
CTL=(.venv/bin/supervisorctl -c deploy/supervisord.conf)
say() { printf '\033[1m%s\033[0m\n' "$*"; }
is_up() { "${CTL[@]}" pid >/dev/null 2>&1; }
