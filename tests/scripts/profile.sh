#!/usr/bin/env bash
# Lists the methods that the sidecar uses, for its ahead-of-time compilation: make profile
# Runs what is in out/kafkamesh-proxy twice, with all code compiled as it is used, and with all but the core library's precompiled; lets the
# runtime name each method that it compiles, and joins both lists: what precompiled code asks of the runtime is in the second only.
# Neither depends on what was precompiled of the framework before.
# Needs root, for the redirect in a network namespace of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

bash tests/scripts/setup.sh
mkdir -p out/bench
for program in broker load; do
  gcc -O2 -Wall -Wextra -Werror -o "out/bench/$program" "tests/KafkaMesh.Benchmarks/Relay/Load/$program.c"
done
sidecar=$PWD/out/kafkamesh-proxy
list=proxy/KafkaMesh.Proxy/used-methods.txt
work=$(mktemp -d)
trap 'kill ${relay:-} ${broker_process:-} 2>/dev/null || true; rm -rf "$work"' EXIT

in_namespace() { # MODE, 1: precompiled code is used, but for the core library
  export DOTNET_ReadyToRun=$1 DOTNET_ReadyToRunExcludeList=System.Private.CoreLib DOTNET_JitDisasmSummary=1 DOTNET_TieredPGO=0
  mkfifo "$work/broker.in" "$work/load.in"
  out/bench/broker <"$work/broker.in" >"$work/broker.out" &
  broker_process=$!
  exec 8>"$work/broker.in"
  until grep -q port "$work/broker.out"; do sleep 0.1; done
  broker=$(awk '{ print $2; exit }' "$work/broker.out")

  # Started and stopped as in a pod.
  relay "forward.$1" --forward "127.0.0.1:19092=127.0.0.1:$broker" --admin-port 14593
  load 19092 1
  load 19092 40
  stop

  relay "scrape.$1" --forward "127.0.0.1:19092=127.0.0.1:$broker" --admin-port 14593 --probe-ports "$broker"
  load 19092 1
  look 14593
  stop

  DOTNET_JitStdOutFile="$work/init.$1" "$sidecar" init --ports "$broker" --direction both --verify >/dev/null
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4594 OTEL_METRIC_EXPORT_INTERVAL=500 OTEL_EXPORTER_OTLP_COMPRESSION=gzip \
    relay "transparent.$1" --log-level debug --pod p --namespace n
  DOTNET_JitStdOutFile="$work/wait.$1" "$sidecar" wait
  (exec 3<>/dev/tcp/127.0.0.1/4591) || true
  look 4594
  sleep 2
  stop
  DOTNET_JitStdOutFile="$work/cleanup.$1" "$sidecar" cleanup >/dev/null
  DOTNET_JitStdOutFile="$work/decode.$1" "$sidecar" decode --body tests/testdata/captures/kcat1.7.1_lrd2.0.2-kafka4.1.0.pcap >/dev/null
  DOTNET_JitStdOutFile="$work/summary.$1" "$sidecar" decode --summary tests/testdata/captures/kafkajs2.2.4-kafka4.1.0.pcap >/dev/null
  exec 8>&-
  wait
  broker_process=
  rm "$work/broker.in" "$work/load.in"
}

# Which of a section's methods comes first makes no difference, as all of them are used: sorted, a new list differs from the old one
# only in what changed. Our own assemblies are precompiled whole, so that of their methods only the place is told, in the first two
# sections, and not that of what the C# compiler names and numbers: a new lambda would rename all that follow.
section() { # TITLE PATTERN RUN...: methods that no section before this one has and that do not match the pattern
  local title=$1 without=$2
  shift 2
  for run in "$@"; do
    # "  12: JIT compiled Type:Method(types):result [Tier0, IL size=7, code size=31]"; stubs of the runtime belong to no assembly.
    sed -n 's/^ *[0-9]*: JIT compiled \(.*\) \[.*$/\1/p' "$work/$run.0" "$work/$run.1" | grep -v '^(dynamicClass)'
  done | sort -u >"$work/section"
  printf '# %s\n' "$title"
  comm -23 "$work/section" "$work/seen" | grep -Ev "$without" || true
  sort -u -o "$work/seen" "$work/seen" "$work/section"
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
  curl -sS -o "$work/page" "http://127.0.0.1:$1/probe/tcp?port=$broker"
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
  : >"$work/seen"
  {
    echo "# Methods that the sidecar uses, made by 'make profile'; proxy/README.md says what for. Names as the runtime's compiler prints them:"
    echo "# Namespace.Type\`arity+Nested[arguments]:Method[arguments](parameters). System.__Canon stands for every reference type."
    section 'Starting, relaying and stopping.' '^KafkaMesh\.[^[(]*<' forward
    section 'Answering scrapes and probes.' '^KafkaMesh\.[^[(]*<' scrape
    section 'All else: redirect, logs, OTLP, decode; of ours generic code only.' '^KafkaMesh\.[^[(]*\(' init transparent wait cleanup decode summary
  } >"$list"
  echo "$(grep -vc '^#' "$list") methods in $list"
else
  unshare --net bash "$0" inside
fi
