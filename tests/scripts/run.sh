#!/usr/bin/env bash
# make run: a cluster in a box with the operator and real Kafka traffic, until Ctrl-C. ONCE=1: show the figures, clean
# up, and end with 0 only if the status shows Produce and Fetch requests.
set -euo pipefail
cd "$(dirname "$0")/../.."
unset KUBECONFIG

once=${ONCE:-}
state=$PWD/out/playground
log=$state/playground.log
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

command -v dotnet >/dev/null || { echo "make run: the .NET 10 SDK is missing (dotnet is not on PATH)" >&2; exit 1; }
bash tests/scripts/setup.sh

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n== %s\n' "$*"; }

say "Building"
make --no-print-directory images
dotnet build tests/KafkaMesh.Playground -c Release -v quiet

say "Starting the cluster in a box"
rm -rf "$state"
mkdir -p "$state"
tests/KafkaMesh.Playground/bin/Release/net10.0/kafkamesh-playground up --images out/images --directory "$state" >"$log" 2>&1 &
playground=$!
cleanup() {
  trap - EXIT INT TERM
  if kill -TERM "$playground" 2>/dev/null; then
    say "Removing the cluster"
    wait "$playground" || true
  fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

for _ in $(seq 600); do
  grep -q '^node:' "$log" && break
  kill -0 "$playground" 2>/dev/null || { echo "the playground ended before it was ready:" >&2; tail -n 20 "$log" >&2; exit 1; }
  sleep 0.1
done
grep -q '^node:' "$log" || { echo "the playground was not ready after 60 s:" >&2; tail -n 20 "$log" >&2; exit 1; }
cat "$log"
export KUBECONFIG=$state/kubeconfig

say "kubectl apply -k config/default"
kubectl apply -k config/default
kubectl -n kafkamesh-system rollout status deployment/kafkamesh-operator --timeout=90s

# The monitor first: only pods that start after the webhook knows it get the sidecar.
say "kubectl apply -f config/samples/monitor.yaml"
kubectl apply -f config/samples/namespace.yaml -f config/samples/monitor.yaml
kubectl -n demo wait --for=condition=Progressing=false kafkamonitor/orders --timeout=60s

say "kubectl apply -k config/samples"
kubectl apply -k config/samples
for deployment in kafka orders-producer orders-consumer; do
  kubectl -n demo rollout status "deployment/$deployment" --timeout=90s
done

requests() { # API name: requests of it in the status, 0 when there are none
  kubectl -n demo get kafkamonitor orders -o json | jq --arg api "$1" '[.status.apiKeys[]? | select(.name == $api) | .requests] | add // 0'
}
say "Waiting for figures"
ok=false
for _ in $(seq 90); do
  [ "$(requests Produce)" -gt 0 ] && [ "$(requests Fetch)" -gt 0 ] && { ok=true; break; }
  sleep 1
done
if ! $ok; then
  echo "no Produce and Fetch requests in the status after 90 s:" >&2
  kubectl -n demo get pods,kafkamonitors -o wide >&2 || true
  kubectl -n demo get kafkamonitor orders -o yaml >&2 || true
  exit 1
fi
# Two collections more, so that rates and percentiles speak of a whole interval.
sleep 6

say "kubectl -n demo get pods"
kubectl -n demo get pods
say "kubectl -n demo get kafkamonitors"
kubectl -n demo get kafkamonitors
say "Top API keys"
kubectl -n demo get kafkamonitor orders -o json | jq -r '
  ["API", "VERSIONS", "REQUESTS", "RESPONSES", "ERRORS", "P50 ms", "P99 ms"],
  (.status.apiKeys | sort_by(-.requests)[:8][] | [.name, .versions, .requests, .responses, .errors, .latencyMilliseconds.p50, .latencyMilliseconds.p99]) | @tsv' |
  awk -F '\t' '{ printf "%-20s %-10s %10s %10s %8s %8s %8s\n", $1, $2, $3, $4, $5, $6, $7 }'
say "Topics"
kubectl -n demo get kafkamonitor orders -o json | jq -r '
  ["TOPIC", "RECORDS IN", "RECORDS OUT", "BYTES IN", "BYTES OUT"],
  (.status.topics[]? | [.name, .recordsIn, .recordsOut, .bytesIn, .bytesOut]) | @tsv' |
  awk -F '\t' '{ printf "%-20s %12s %12s %12s %12s\n", $1, $2, $3, $4, $5 }'

if [ -n "$once" ]; then
  say "Produce and Fetch requests from real clients were counted."
  exit 0
fi

pod=$(kubectl -n demo get pods -l kafkamesh.io/monitor=orders -o jsonpath='{.items[0].metadata.name}')
cat <<EOT

It keeps running until Ctrl-C. In another terminal:

  export KUBECONFIG=$KUBECONFIG
  kubectl -n demo get kafkamonitors -w
  kubectl -n demo get kafkamonitor orders -o yaml
  kubectl get --raw /api/v1/namespaces/demo/pods/$pod:4594/proxy/metrics | grep ^kafkamesh_
  kubectl get --raw /api/v1/namespaces/kafkamesh-system/services/kafkamesh-operator:metrics/proxy/metrics | grep ^kafkamesh_
EOT
wait "$playground"
