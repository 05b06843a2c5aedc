#!/usr/bin/env bash
# Runs every test tier that can run on this machine and sums up. A tier is one test project; its time-out ends it rather
# than the whole run. The last line is `Total: N passed, N failed, N skipped`.
#   test.sh [TIER…]    only these (names as printed, for instance `Codec` or `EndToEnd`)
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

# No test ever touches a cluster by accident.
unset KUBECONFIG KAFKAMESH_KUBECONFIG
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 PATH=$PATH:/usr/sbin:/sbin
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

bash tests/scripts/require.sh 'make test' sdk || exit

configuration=${CONFIGURATION:-Debug}
results=out/test-results
rm -rf "$results"
mkdir -p "$results"

# Tier, seconds it may take. Fast and independent ones first.
tiers=(
  "Architecture 120"
  "Codec 420"
  "Codec.SchemaTool 180"
  "Fuzz 120"
  "Contracts 120"
  "Proxy 600"
  "Kubernetes 420"
  "Operator 600"
  "Playground 900"
  "EndToEnd 900"
  "Web 120"
  "Dashboard 900"
)

passed=0 failed=0 skipped=0
lines=()
refusal='' # why this machine makes no namespaces; empty when it does
job=

# Everything that takes long runs in a session of its own; an interrupted run ends it and waits until it is gone.
run() {
  setsid "$@" </dev/null &
  job=$!
  wait "$job"
}

# shellcheck disable=SC2317  # the traps call it
interrupted() {
  trap '' INT TERM HUP
  if [ -n "$job" ]; then kill -TERM -- "-$job" 2>/dev/null || true; fi
  wait
  exit "$1"
}
trap 'interrupted 130' INT
trap 'interrupted 143' TERM HUP

count() { # attribute, file, element: the sum over the elements of an XML file: assemblies of xUnit's, suites of JUnit's
  grep -o "<$3 [^>]*" "$2" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum + 0 }'
}

run_tier() { # name, seconds, arguments for the test program
  local name=$1 limit=$2 project=KafkaMesh.$1.Tests
  [ "$name" = EndToEnd ] && project=KafkaMesh.EndToEnd
  local binary=tests/$project/bin/$configuration/net10.0/$project xml=$results/$name.xml log=$results/$name.log
  local start=$SECONDS code p=0 f=0 s=0
  local command=("$binary" -noLogo -noColor -xml "$xml" "${@:3}")
  [ "$name" = Web ] && command=(bash tests/scripts/web.sh test "$xml")
  run timeout --foreground --signal=TERM --kill-after=30 "$limit" "${command[@]}" >"$log" 2>&1
  code=$?
  if [ -s "$xml" ] && [ "$name" = Web ]; then
    f=$(( $(count failures "$xml" testsuite) + $(count errors "$xml" testsuite) )) s=$(count skipped "$xml" testsuite)
    p=$(( $(count tests "$xml" testsuite) - f - s ))
  elif [ -s "$xml" ]; then
    p=$(count passed "$xml" assembly) f=$(( $(count failed "$xml" assembly) + $(count errors "$xml" assembly) ))
    s=$(( $(count skipped "$xml" assembly) + $(count not-run "$xml" assembly) ))
  fi
  # A tier that died, timed out or ran nothing is a failure however many tests it counted.
  if [ "$code" -ne 0 ] && [ "$f" -eq 0 ] || [ $((p + f + s)) -eq 0 ]; then
    f=$((f + 1))
    echo "tier $name: exit code $code after $((SECONDS - start)) s (limit $limit s) without a usable result" >>"$log"
  fi
  if [ "$f" -gt 0 ]; then
    echo "---- $name failed; the end of $log:"
    grep -nE '\[FAIL\]|^tier ' "$log" | head -n 40
    tail -n 60 "$log"
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  lines+=("$(printf '%-18s %5d passed %3d failed %3d skipped %5d s' "$name" "$p" "$f" "$s" $((SECONDS - start)))")
  echo "${lines[-1]}"
  if [ "$s" -gt 0 ]; then
    grep -hoE '<reason><!\[CDATA\[[^]]*' "$xml" | sed 's/.*CDATA\[//' | sort | uniq -c | sed "s/^/    skipped in $name:/"
  fi
}

step() { # description, command…
  local what=$1 start=$SECONDS log
  shift
  log=$results/$(echo "$what" | tr ' ' '-').log
  if ! run "$@" >"$log" 2>&1; then
    echo "---- $what failed; the end of $log:"
    tail -n 40 "$log"
    failed=$((failed + 1))
    lines+=("$(printf '%-50s %5d s, failed' "$what" $((SECONDS - start)))")
    return 1
  fi
  lines+=("$(printf '%-50s %5d s' "$what" $((SECONDS - start)))")
  echo "${lines[-1]}"
}

# Without the right to make namespaces only the tests that need none can run; the rest is named.
run_without_namespaces() { # name, seconds
  local left_out
  case $1 in
    EndToEnd | Dashboard) left_out="the whole tier" ;;
    Playground)
      left_out="the tests of node and network"
      run_tier "$1" "$2" -namespace- 'KafkaMesh.Playground.Tests.Node*' -namespace- 'KafkaMesh.Playground.Tests.Network*' \
        -class- KafkaMesh.Playground.Tests.PlaygroundHostTests
      ;;
    Proxy)
      left_out="the tests of the redirect rules"
      run_tier "$1" "$2" -namespace- 'KafkaMesh.Proxy.Tests.Redirect*'
      ;;
    *) run_tier "$1" "$2"; return ;;
  esac
  skipped=$((skipped + 1))
  lines+=("$(printf '%-18s skipped: %s, because %s' "$1" "$left_out" "$refusal")")
  echo "${lines[-1]}"
}

finish() {
  echo
  printf '%s\n' "${lines[@]}"
  echo "Time: $((SECONDS / 60)) min $((SECONDS % 60)) s"
  echo "Total: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

step "set-up" bash tests/scripts/setup.sh tests/scripts/packages-browser.txt || finish
# Pods run without podman too: where it cannot be installed, the tests that need it are skipped and say what is missing.
[ "$(id -u)" -ne 0 ] || step "set-up of podman" bash tests/scripts/setup.sh tests/scripts/packages-podman.txt || failed=$((failed - 1))
refusal=$(bash tests/scripts/require.sh 'this machine' root kernel 2>&1) && refusal=''
step "web UI" make --no-print-directory web || finish
step "build" dotnet build KafkaMeshOperator.sln -c "$configuration" -v quiet || finish
wanted=" $* "
step "format" bash tests/scripts/format.sh --check
step "publish and images" make --no-print-directory images
for tier in "${tiers[@]}"; do
  read -r name limit <<<"$tier"
  [ $# -eq 0 ] || [[ $wanted == *" $name "* ]] || continue
  if [ -z "$refusal" ]; then run_tier "$name" "$limit"; else run_without_namespaces "$name" "$limit"; fi
done
finish
