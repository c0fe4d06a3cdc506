#!/usr/bin/env bash
# The main job, end to end, on real parts and real figures. Leaves everything running; `make down` stops it.
set -euo pipefail
source "$(dirname "$0")/env.sh"
started=$SECONDS
export QINGYU_NOTIFY_URLS="${QINGYU_NOTIFY_URLS:-json://127.0.0.1:$QINGYU_FAKE_MESSENGER_PORT/notify}"

say "1/5 starting Kafka, the writer, the alerter, Superset and a stand-in for the messenger"
scripts/up.sh
"${CTL[@]}" start fake-messenger >/dev/null || true

say "2/5 replaying the published figures of Henan and China 2016-2020, in order of publication"
"$QINGYU_BIN" feed published

say "3/5 waiting until all of it is landed, audited, rated and told"
settle() { # what to wait with, whose log tells more
  local log="$QINGYU_VAR/log/$1.log"; shift
  "$QINGYU_BIN" "$@" >/dev/null || { echo "the last lines of $log:" >&2; tail -n 15 "$log" >&2; exit 1; }
}
settle writer writer status --wait 180
settle alerter alerts list --wait 120
settle writer writer status --wait 120
"$QINGYU_BIN" writer status

say "4/5 the barometer"
"$QINGYU_BIN" status
say "what the receiver got"
"$QINGYU_BIN" alerts received
"$QINGYU_BIN" alerts list

say "5/5 waiting for the dashboard"
answers() { .venv/bin/python -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$1" 2>/dev/null; }
for _ in $(seq 180); do answers "http://127.0.0.1:$QINGYU_SUPERSET_PORT/health" && break; sleep 1; done
answers "http://127.0.0.1:$QINGYU_SUPERSET_PORT/health" || {
  echo "the dashboard does not answer; see $QINGYU_VAR/log/superset.log" >&2; exit 1; }
say "dashboard 晴雨表: http://127.0.0.1:$QINGYU_SUPERSET_PORT/superset/dashboard/barometer/"
echo "user: admin   password: in $QINGYU_VAR/superset/admin_password"
echo "took $((SECONDS - started)) s; everything goes on running, 'make down' stops it"
