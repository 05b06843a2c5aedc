#!/usr/bin/env bash
# Prometheus with the product's own scrape jobs, rules and alerts, outside the cluster that it looks at. Debian's is built
# without the discovery of Kubernetes: pods are found here in its stead, with the same labels, so that the product's
# relabelling decides. It scrapes through the API server's pod proxy with the rights of KUBECONFIG, that `kubectl proxy` lends.
#   prometheus.sh DIRECTORY [INTERVAL]    prints `Prometheus: http://127.0.0.1:PORT/` when it is ready, and runs until SIGTERM
# DIRECTORY takes all of its state; INTERVAL (default 5s) is how often it finds, scrapes and evaluates. CONTEXT of KUBECONFIG;
# SYSTEM_NAMESPACE of the operator.
set -euo pipefail
cd "$(dirname "$0")/../.."

directory=$(realpath -m "$1")
interval=${2:-5s}
system=${SYSTEM_NAMESPACE:-kafkamesh-system}
mkdir -p "$directory"

children=()
# shellcheck disable=SC2317  # the traps call it
cleanup() {
  trap '' EXIT INT TERM HUP
  kill -TERM "${children[@]}" 2>/dev/null || true
  wait
}
trap cleanup EXIT
trap 'exit 143' INT TERM HUP

# No child outlives this script, however it ends.
start() { # log, program…
  setpriv --pdeathsig TERM "${@:2}" >"$1" 2>&1 </dev/null &
  children+=($!)
}

address_in() { # pattern before the address, log, program: what the program says that it listens on
  local address
  for _ in $(seq 300); do
    address=$(sed -nE "s/.*$1(127\.0\.0\.1:[0-9]+).*/\1/p" "$2" | head -n 1)
    [ -z "$address" ] || { echo "$address"; return; }
    kill -0 "${children[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  echo "prometheus.sh: $3 did not start; the end of $2:" >&2
  tail -n 5 "$2" >&2
  return 1
}

# What the role pod of Prometheus' discovery makes of a pod: a target per port of every container, init containers too.
discover() {
  curl -fsS --max-time 10 "http://$api/api/v1/pods" | jq -c '[.items[] | select(.status.podIP) | . as $pod
    | (.spec.containers + (.spec.initContainers // []))[] | .ports // [] | .[]
    | {
        targets: ["\($pod.status.podIP):\(.containerPort)"],
        labels: ({
          __meta_kubernetes_namespace: $pod.metadata.namespace,
          __meta_kubernetes_pod_name: $pod.metadata.name,
          __meta_kubernetes_pod_container_port_name: (.name // ""),
          __meta_kubernetes_pod_container_port_number: "\(.containerPort)"
        } + ($pod.metadata.labels // {} | with_entries(.key |= "__meta_kubernetes_pod_label_" + gsub("[^A-Za-z0-9_]"; "_"))))
      }]' >"$directory/targets.json.new" && mv "$directory/targets.json.new" "$directory/targets.json" # never half of it
}

start "$directory/proxy.log" kubectl ${CONTEXT:+--context "$CONTEXT"} proxy --port=0
api=$(address_in 'Starting to serve on ' "$directory/proxy.log" 'kubectl proxy')
discover

# The product's jobs; only discovery and the way of a scrape are others.
cp config/prometheus/rules.yml "$directory/rules.yml"
awk -v api="$api" -v interval="$interval" '
  /^  scrape_interval:/ { print "  scrape_interval: " interval "\n  scrape_timeout: " interval "\n  evaluation_interval: " interval; next }
  /^scrape_configs:/ { print "rule_files: [rules.yml]" }
  /^    kubernetes_sd_configs:/ { print "    file_sd_configs:\n      - files: [targets.json]"; discovery = 1; next }
  discovery && /^      / { next }
  { discovery = 0; print }
  /^    relabel_configs:/ {
    print "      - source_labels: [__address__]\n        target_label: instance"
    print "      - source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_pod_name, __meta_kubernetes_pod_container_port_number]"
    print "        regex: (.+);(.+);(.+)\n        replacement: /api/v1/namespaces/$1/pods/$2:$3/proxy/metrics\n        target_label: __metrics_path__"
    print "      - target_label: __address__\n        replacement: " api
  }' config/prometheus/prometheus.yml | sed "s/kafkamesh-system/$system/" >"$directory/prometheus.yml"

start "$directory/prometheus.log" prometheus --config.file="$directory/prometheus.yml" --storage.tsdb.path="$directory/data" --web.listen-address=127.0.0.1:0
server=${children[-1]}
address=$(address_in 'Listening on" .*address=' "$directory/prometheus.log" prometheus)
for _ in $(seq 300); do
  curl -fs --max-time 2 -o /dev/null "http://$address/-/ready" && break
  kill -0 "$server" 2>/dev/null || { echo "prometheus.sh: prometheus ended; the end of $directory/prometheus.log:" >&2; tail -n 5 "$directory/prometheus.log" >&2; exit 1; }
  sleep 0.1
done
echo "Prometheus: http://$address/"

while kill -0 "$server" 2>/dev/null; do
  sleep "$interval" &
  wait $!
  discover 2>"$directory/discovery.log" || true # The API server is away: the targets stay as they were.
done
echo "prometheus.sh: prometheus ended; the end of $directory/prometheus.log:" >&2
tail -n 5 "$directory/prometheus.log" >&2
exit 1
