#!/usr/bin/env bash
# make e2e: the end-to-end suite on a real cluster that the caller names. Nothing else decides which cluster is touched.
set -euo pipefail
cd "$(dirname "$0")/../.."
unset KUBECONFIG

usage='usage: make e2e CLUSTER=<kubeconfig> [CONTEXT=<context>] OPERATOR_IMAGE=<ref> PROXY_IMAGE=<ref> CLIENTS_IMAGE=<ref>'
[ -n "${CLUSTER:-}" ] || { echo "make e2e: CLUSTER is missing; $usage" >&2; exit 64; }
[ -r "$CLUSTER" ] || { echo "make e2e: kubeconfig $CLUSTER cannot be read; $usage" >&2; exit 64; }
for image in OPERATOR_IMAGE PROXY_IMAGE CLIENTS_IMAGE; do
  [ -n "${!image:-}" ] || { echo "make e2e: $image is missing: the cluster pulls it by that name; $usage" >&2; exit 64; }
done
bash tests/scripts/require.sh 'make e2e' sdk
for tool in kubectl promtool tshark; do
  command -v "$tool" >/dev/null || { echo "make e2e: $tool is missing: tests/scripts/setup.sh installs it from Debian's packages" >&2; exit 69; }
done

mkdir -p out/test-results
make --no-print-directory out/kafkamesh # the suite runs kafkamesh check on the cluster
dotnet build tests/KafkaMesh.EndToEnd -c Debug -v quiet
KMESH_TEST_KUBECONFIG=$(realpath "$CLUSTER") exec tests/KafkaMesh.EndToEnd/bin/Debug/net10.0/KafkaMesh.EndToEnd -noLogo
