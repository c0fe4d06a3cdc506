#!/usr/bin/env bash
# Start Kafka (unless QINGYU_KAFKA_BOOTSTRAP names a cluster), then the writer, the alerter, the doors and Superset.
set -euo pipefail
source "$(dirname "$0")/env.sh"
mkdir -p "$QINGYU_VAR/run" "$QINGYU_VAR/log" "$QINGYU_VAR/inbox"
"$QINGYU_BIN" kafka start
if is_up; then
  "${CTL[@]}" start writer alerter gateway inbox superset >/dev/null || true
else
  .venv/bin/supervisord -c deploy/supervisord.conf
fi
say "up; logs are under $QINGYU_VAR/log, the dashboard comes at http://127.0.0.1:$QINGYU_SUPERSET_PORT/"
say "doors: http://127.0.0.1:$QINGYU_GATEWAY_PORT/v1 (qingyu key add UNIT makes a key), files into $QINGYU_VAR/inbox"
