#!/usr/bin/env bash
# make run: a cluster in a box with the operator and real Kafka traffic, until Ctrl-C. ONCE=1: show the figures, clean
# up, and end with 0 only if the status shows Produce and Fetch requests. RUNTIME=podman: podman runs the pods.
set -euo pipefail
cd "$(dirname "$0")/../.."
unset KUBECONFIG
export PATH=$PATH:/usr/sbin:/sbin

once=${ONCE:-}
runtime=${RUNTIME:-auto}
packages=()
case $runtime in
  auto|namespaces) ;;
  podman) packages=(tests/scripts/packages-podman.txt) ;;
  *) echo "make run: RUNTIME=$runtime is none: choose auto, namespaces or podman." >&2; exit 64 ;;
esac
state=$PWD/out/playground
log=$state/playground.log
playground='' prometheus='' job=''

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n== %s\n' "$*"; }

# Steps that take long run in a session of their own: Ctrl-C reaches this script alone, which ends them at once and in order.
step() {
  setsid "$@" </dev/null &
  job=$!
  wait "$job"
  job=''
}

cleanup() {
  local code=$?
  trap '' EXIT INT TERM HUP
  if [ -n "$job" ]; then kill -TERM -- "-$job" 2>/dev/null || true; fi
  if [ -n "$prometheus" ] && kill -TERM "$prometheus" 2>/dev/null; then
    timeout 20 tail --pid="$prometheus" -f /dev/null || true
    rm -rf "$state/prometheus"
  fi
  if [ -n "$playground" ] && kill -TERM "$playground" 2>/dev/null; then
    say "Removing the cluster"
    if ! timeout 60 tail --pid="$playground" -f /dev/null; then
      echo "make run: the cluster was not removed within 60 s and was killed; the next start removes what it left." >&2
      kill -KILL "$playground" || true
    fi
  fi
  wait
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

bash tests/scripts/require.sh 'make run' sdk privileges
step bash tests/scripts/setup.sh "${packages[@]}"
bash tests/scripts/require.sh 'make run' kernel

say "Building"
step make --no-print-directory images
step dotnet build tests/KafkaMesh.Playground -c Release -v quiet

say "Starting the cluster in a box"
rm -rf "$state"
mkdir -p "$state"
# It ends, and removes everything, also when this script is killed.
setsid setpriv --pdeathsig TERM tests/KafkaMesh.Playground/bin/Release/net10.0/kafkamesh-playground up --runtime "$runtime" --images out/images --directory "$state" \
  --publish kafkamesh-system/kafkamesh-operator:8081 >"$log" 2>&1 </dev/null &
playground=$!

for _ in $(seq 600); do
  grep -q '^published:' "$log" && break
  kill -0 "$playground" 2>/dev/null || { echo "the playground ended before it was ready:" >&2; tail -n 20 "$log" >&2; exit 1; }
  sleep 0.1
done
grep -q '^published:' "$log" || { echo "the playground was not ready after 60 s:" >&2; tail -n 20 "$log" >&2; exit 1; }
cat "$log"
export KUBECONFIG=$state/kubeconfig
ui=http://$(sed -n 's/^published: .* on //p' "$log")/

say "kubectl apply -k config/default"
step kubectl apply -k config/default
step kubectl -n kafkamesh-system rollout status deployment/kafkamesh-operator --timeout=90s

# The monitor first: only pods that start after the webhook knows it get the sidecar.
say "kubectl apply -f config/samples/monitor.yaml"
step kubectl apply -f config/samples/namespace.yaml -f config/samples/monitor.yaml
step kubectl -n demo wait --for=condition=Progressing=false kafkamonitor/orders --timeout=60s

say "kubectl apply -k config/samples"
step kubectl apply -k config/samples
for deployment in kafka orders-producer orders-consumer; do
  step kubectl -n demo rollout status "deployment/$deployment" --timeout=90s
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

say "Web UI"
curl -fsS --max-time 10 -o /dev/null "$ui"
echo "$ui"

if [ -n "$once" ]; then
  say "Produce and Fetch requests from real clients were counted."
  exit 0
fi

if command -v prometheus >/dev/null; then
  mkdir -p "$state/prometheus"
  setsid setpriv --pdeathsig TERM bash tests/scripts/prometheus.sh "$state/prometheus" >"$state/prometheus/log" 2>&1 </dev/null &
  prometheus=$!
  for _ in $(seq 300); do
    { [ -s "$state/prometheus/log" ] || ! kill -0 "$prometheus" 2>/dev/null; } && break
    sleep 0.1
  done
  say "Prometheus, with the alerts and recording rules of config/prometheus"
  sed 's/^Prometheus: //' "$state/prometheus/log"
fi

pod=$(kubectl -n demo get pods -l kafkamesh.io/monitor=orders -o jsonpath='{.items[0].metadata.name}')
token='kubectl create token kafkamesh-tap -n kafkamesh-system --audience kafkamesh'
# As kubectl before 1.24 has to ask for one.
kubectl create --help | grep -q '^ *token ' || token="kubectl create --raw /api/v1/namespaces/kafkamesh-system/serviceaccounts/kafkamesh-tap/token -f - \\
    <<<'{\"kind\":\"TokenRequest\",\"apiVersion\":\"authentication.k8s.io/v1\",\"spec\":{\"audiences\":[\"kafkamesh\"]}}' | jq -r .status.token"
cat <<EOT

It keeps running until Ctrl-C. A live tap in the web UI asks for a token; in another terminal:

  export KUBECONFIG=$KUBECONFIG
  $token
  out/kafkamesh top orders -n demo
  out/kafkamesh tap orders -n demo
  out/kafkamesh topology orders -n demo
  kubectl -n demo get kafkamonitors -w
  kubectl -n demo get kafkamonitor orders -o yaml
  kubectl get --raw /api/v1/namespaces/demo/pods/$pod:4594/proxy/metrics | grep ^kafkamesh_
  kubectl get --raw /api/v1/namespaces/kafkamesh-system/services/kafkamesh-operator:metrics/proxy/metrics | grep ^kafkamesh_
EOT
wait "$playground"
