#!/usr/bin/env bash
# Stop everything that up.sh or demo.sh started. Safe when nothing runs.
set -euo pipefail
source "$(dirname "$0")/env.sh"
[ -x .venv/bin/supervisorctl ] || exit 0
if is_up; then
  pid=$("${CTL[@]}" pid)
  "${CTL[@]}" shutdown >/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
fi
if [ -z "${QINGYU_KAFKA_BOOTSTRAP:-}" ]; then "$QINGYU_BIN" kafka stop; fi
say "down"
