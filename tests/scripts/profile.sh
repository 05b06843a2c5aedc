#!/usr/bin/env bash
# Lists the methods that the sidecar uses, for its ahead-of-time compilation: make profile
# Runs what is in out/kafkamesh-proxy twice, with all code compiled as it is used and with what is precompiled, lets the runtime
# name each method that it compiles, and joins both lists: the first does not hold what the runtime calls by itself, the second does.
# Needs root, for the redirect in a network namespace of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin

bash tests/scripts/setup.sh
mkdir -p out/bench
for program in broker load; do
  gcc -O2 -Wall -Wextra -Werror -o "out/bench/$program" "tests/KafkaMesh.Benchmarks/Relay/Load/$program.c"
done
sidecar=$PWD/out/kafkamesh-proxy
list=proxy/KafkaMesh.Proxy/used-methods.txt
work=$(mktemp -d)
trap 'kill ${relay:-} ${broker_process:-} 2>/dev/null; rm -rf "$work"' EXIT

in_namespace() { # MODE, 1: precompiled code is used
  export DOTNET_ReadyToRun=$1 DOTNET_JitDisasmSummary=1 DOTNET_TieredPGO=0
  mkfifo "$work/broker.in" "$work/load.in"
  out/bench/broker <"$work/broker.in" >"$work/broker.out" &
  broker_process=$!
  exec 8>"$work/broker.in"
  until grep -q port "$work/broker.out"; do sleep 0.1; done
  broker=$(awk '{ print $2; exit }' "$work/broker.out")

  # Started and stopped as in a pod first: what comes first in the list lies together in the image.
  relay forward --forward "127.0.0.1:19092=127.0.0.1:$broker" --admin-port 14593
  load 19092 1
  load 19092 40
  look 14593
  stop

  DOTNET_JitStdOutFile="$work/init" "$sidecar" init --ports "$broker" --direction both --verify >/dev/null
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4594 OTEL_METRIC_EXPORT_INTERVAL=500 OTEL_EXPORTER_OTLP_COMPRESSION=gzip \
    relay transparent --log-level debug --pod p --namespace n
  (exec 3<>/dev/tcp/127.0.0.1/4591) || true
  look 4594
  sleep 2
  stop
  DOTNET_JitStdOutFile="$work/cleanup" "$sidecar" cleanup >/dev/null
  DOTNET_JitStdOutFile="$work/decode" "$sidecar" decode --body tests/testdata/captures/kcat1.7.1_lrd2.0.2-kafka4.1.0.pcap >/dev/null
  DOTNET_JitStdOutFile="$work/summary" "$sidecar" decode --summary tests/testdata/captures/kafkajs2.2.4-kafka4.1.0.pcap >/dev/null
  exec 8>&-
  wait
  broker_process=
  for run in forward transparent init cleanup decode summary; do
    # "  12: JIT compiled Type:Method(types):result [Tier0, IL size=7, code size=31]"; stubs of the runtime belong to no assembly.
    sed -n 's/^ *[0-9]*: JIT compiled \(.*\) \[.*$/\1/p' "$work/$run" | grep -v '^(dynamicClass)'
  done >"$work/methods.$1"
  rm "$work/broker.in" "$work/load.in"
}

relay() { # NAME FLAG...
  local name=$1
  rm -f "$work/log"
  shift
  DOTNET_JitStdOutFile="$work/$name" "$sidecar" run --loops 1 --drain-timeout 1 "$@" >"$work/log" 8>&- &
  relay=$!
  until grep -qs ' listening on ' "$work/log"; do sleep 0.1; done
}

load() { # PORT CONNECTIONS
  for traffic in "produce 0 1 1" "produce 65536 1 1" "fetch 1048576 8 1"; do
    # shellcheck disable=SC2086 # four arguments
    out/bench/load "$1" "$2" $traffic <"$work/load.in" >"$work/load.out" 8>&- &
    local generator=$!
    exec 9>"$work/load.in"
    echo 'run 0.5' >&9
    until grep -q nanoseconds "$work/load.out"; do sleep 0.1; done
    exec 9>&-
    wait "$generator"
  done
}

look() { # PORT
  for page in metrics stats livez readyz connections; do
    curl -sS -o "$work/page" "http://127.0.0.1:$1/$page"
  done
  curl -sS -o "$work/page" -H 'Accept: application/openmetrics-text' "http://127.0.0.1:$1/metrics"
  curl -s -o "$work/page" -m 1 "http://127.0.0.1:$1/tap" || true
}

stop() {
  kill -TERM "$relay"
  wait "$relay"
  relay=
}

if [ "${1:-}" = inside ]; then
  ip link set lo up
  ip link add pod0 type veth peer name pod1
  ip addr add 10.99.0.2/24 dev pod0
  ip link set pod0 up
  ip link set pod1 up
  ip route add default via 10.99.0.1
  in_namespace 0
  in_namespace 1
  cat "$work/methods.0" "$work/methods.1" | awk '!seen[$0]++' >"$work/list"
  # What a framework's update renamed is missing from a new list and harmless in an old one.
  { echo "# Methods that the sidecar uses, in the order of their first use. Made by 'make profile'; names as the runtime's compiler prints them."; cat "$work/list"; } >"$list"
  echo "$(wc -l <"$work/list") methods in $list"
else
  unshare --net bash "$0" inside
fi
