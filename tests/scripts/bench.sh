#!/usr/bin/env bash
# The relay bench: the sidecar beside HAProxy, nginx's stream module and no relay, in one interleaved run.
#   ROUNDS=9 SECONDS_PER_RELAY=0.7 ONLY=TEXT DISTURBANCE=0.25 bench.sh       ONLY: rows whose name contains it; DISTURBANCE: cores
#   that others may use in a round that counts
# Expects out/kafkamesh-proxy; installs HAProxy and nginx when they are missing. Nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin

bash tests/scripts/setup.sh tests/scripts/packages-bench.txt
mkdir -p out/bench
for program in broker load real; do
  libraries=()
  [ "$program" = real ] && libraries=(-lrdkafka)
  gcc -O2 -Wall -Wextra -Werror -o "out/bench/$program" "tests/KafkaMesh.Benchmarks/Relay/Load/$program.c" "${libraries[@]}"
done
dotnet build -c Release -v quiet tests/KafkaMesh.Benchmarks
ulimit -n "$(ulimit -Hn)"
arguments=(--rounds "${ROUNDS:-9}" --seconds "${SECONDS_PER_RELAY:-0.7}" --programs out/bench --sidecar out/kafkamesh-proxy)
[ -z "${DISTURBANCE:-}" ] || arguments+=(--disturbance "$DISTURBANCE")
[ -z "${ONLY:-}" ] || arguments+=(--only "$ONLY")
dotnet tests/KafkaMesh.Benchmarks/bin/Release/net10.0/KafkaMesh.Benchmarks.dll relay "${arguments[@]}"
