#!/usr/bin/env bash
# Runs every test tier that can run on this machine and sums up. A tier is one test project; its time-out ends it rather
# than the whole run. The end of the output says it all: what every step and tier took, each failed test with the first
# line of its message, and `Total: N passed, N failed, N skipped` as the last line.
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

# Tier, seconds it may take. Fast and independent ones first: those up to the empty line measure no time, so that the check of the
# format runs beside them.
tiers=(
  "Architecture 120"
  "Codec 420"
  "Codec.SchemaTool 180"
  "Fuzz 120"
  "Contracts 120"
  ""
  "Proxy 600"
  "Kubernetes 420"
  "Operator 600"
  "Playground 900"
  "EndToEnd 900"
  "EndToEnd-1.28 300"
  "Web 120"
  "Dashboard 900"
)

passed=0 failed=0 skipped=0
lines=()
failures=() # one line each: tier, test, first line of its message
refusal='' # why this machine makes no namespaces; empty when it does
job=
beside= # the step that runs beside others: what it is, when it began, its process
beside_start=
beside_job=

# Everything that takes long runs in a session of its own; an interrupted run ends it and waits until it is gone.
run() {
  setsid "$@" </dev/null &
  job=$!
  wait "$job"
}

# shellcheck disable=SC2317  # the traps call it
interrupted() {
  trap '' INT TERM HUP
  for group in $job $beside_job; do kill -TERM -- "-$group" 2>/dev/null || true; done
  wait
  exit "$1"
}
trap 'interrupted 130' INT
trap 'interrupted 143' TERM HUP

count() { # attribute, file, element: the sum over the elements of an XML file: assemblies of xUnit's, suites of JUnit's
  grep -o "<$3 [^>]*" "$2" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum + 0 }'
}

failed_tests() { # file: the failed tests in xUnit's or JUnit's XML, `name: first line of the message`
  awk -v RS='<(test|testcase|error) ' '
    NR == 1 { next }
    {
      tag = substr($0, 1, index($0 ">", ">"))
      if (!(tag ~ / result="Fail"/ || tag !~ / result="/ && $0 ~ /<failure|^message=|^type=/)) next
      name = value(" " tag, "name")
      class = value(" " tag, "classname")
      if (name == "") name = value(" " tag, "type")
      if ((at = index($0, "<message>")) > 0) {
        message = substr($0, at + 9)
        if (index(message, "<![CDATA[") == 1) { message = substr(message, 10); end = index(message, "]]>") } else end = index(message, "<")
        message = substr(message, 1, end - 1)
      } else message = value(index($0, "<failure") ? substr($0, index($0, "<failure")) : " " $0, "message")
      sub(/^[ \t\r\n]+/, "", message)
      sub(/[\r\n].*/, "", message)
      print (class == "" ? "" : class ": ") name ": " message
    }
    function value(text, attribute) { # decoded, empty when there is none
      if (!match(text, " " attribute "=\"[^\"]*\"")) return ""
      text = substr(text, RSTART + length(attribute) + 3, RLENGTH - length(attribute) - 4)
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text)
      gsub(/&#x[dD];|&#13;|&#x[aA];|&#10;/, "\n", text); gsub(/&amp;/, "\\&", text)
      return text
    }' "$1"
}

failed_so_far() { # file: the failed tests that xUnit has printed there
  awk '/ \[FAIL\]\r?$/ { sub(/^ */, ""); sub(/ \[FAIL\]\r?$/, ""); name = $0; if ((getline) > 0) { sub(/^ */, ""); print name ": " $0 } }' "$1"
}

# What tests print is foreign text: no control character of it reaches the terminal, and no line is endless.
plain() { LC_ALL=C sed 's/\xc2[\x80-\x9f]//g' | LC_ALL=C tr -d '\000-\011\013-\037\177' | LC_ALL=C cut -b 1-300 | iconv -c -f UTF-8 -t UTF-8; }

run_tier() { # name, seconds, arguments for the test program
  local name=$1 limit=$2 project=KafkaMesh.$1.Tests
  [[ $name == EndToEnd* ]] && project=KafkaMesh.EndToEnd
  local binary=tests/$project/bin/$configuration/net10.0/$project xml=$results/$name.xml log=$results/$name.log
  local start=$SECONDS code p=0 f=0 s=0
  local command=("$binary" -noLogo -noColor -xml "$xml" "${@:3}")
  # What depends on the version, on the oldest Kubernetes that is supported.
  [ "$name" = EndToEnd-1.28 ] && command=(env KMESH_TEST_MINOR=28 "${command[@]}" -trait Depends=Kubernetes)
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
    mapfile -t -O "${#failures[@]}" failures < <(failed_so_far "$log" | sed "s/^/$name: /" | plain)
    failures+=("$(echo "$name: exit code $code after $((SECONDS - start)) s (limit $limit s) without a usable result; its last line: $(grep -v '^[[:space:]]*$' "$log" | tail -n 1)" | plain)")
    echo "tier $name: exit code $code after $((SECONDS - start)) s (limit $limit s) without a usable result" >>"$log"
  elif [ "$f" -gt 0 ]; then
    mapfile -t -O "${#failures[@]}" failures < <(failed_tests "$xml" | sed "s/^/$name: /" | plain)
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
  # Parts of a test that did not run, with the reason.
  [ ! -s "$xml" ] || grep -oE '<warning><!\[CDATA\[[^]]*' "$xml" | sed 's/.*CDATA\[//' | plain | sed "s/^/    noted in $name: /"
}

log_of() { echo "$results/${1// /-}.log"; }

step() { # description, command…
  local what=$1 start=$SECONDS
  shift
  run "$@" >"$(log_of "$what")" 2>&1
  ended "$what" "$start" $?
}

begin_beside() { # description, command…
  beside=$1 beside_start=$SECONDS
  shift
  setsid "$@" </dev/null >"$(log_of "$beside")" 2>&1 &
  beside_job=$!
}

end_beside() {
  [ -n "$beside_job" ] || return 0
  wait "$beside_job"
  ended "$beside" "$beside_start" $?
  beside_job=
}

ended() { # description, when it began, exit code
  local log
  log=$(log_of "$1")
  if [ "$3" -ne 0 ]; then
    echo "---- $1 failed; the end of $log:"
    tail -n 40 "$log"
    failed=$((failed + 1))
    failures+=("$(echo "$1: $({ grep -iE '(^|[^a-z])error([^a-z]|$)' "$log" || tail -n 1 "$log"; } | head -n 1)" | plain)")
    lines+=("$(printf '%-50s %5d s, failed' "$1" $((SECONDS - $2)))")
    return 1
  fi
  lines+=("$(printf '%-50s %5d s' "$1" $((SECONDS - $2)))")
  echo "${lines[-1]}"
}

build() {
  # One compiler for all projects, known to this run alone, takes a quarter less time than one for each; it ends with the step.
  run dotnet build KafkaMeshOperator.sln -c "$configuration" -v quiet -p:UseSharedCompilation=true "-p:SharedCompilationId=kafkamesh-test-$$"
  local code=$?
  kill -TERM -- "-$job" 2>/dev/null
  return "$code"
}

# Without the right to make namespaces only the tests that need none can run; the rest is named.
run_without_namespaces() { # name, seconds
  local left_out
  case $1 in
    EndToEnd* | Dashboard) left_out="the whole tier" ;;
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
  if [ "${#failures[@]}" -gt 0 ]; then
    echo "Failed:"
    printf '  %s\n' "${failures[@]:0:40}"
    [ "${#failures[@]}" -le 40 ] || echo "  and $((${#failures[@]} - 40)) more, see $results"
  fi
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
start=$SECONDS
build >"$(log_of build)" 2>&1
ended build "$start" $? || finish
wanted=" $* "
step "publish and images" make --no-print-directory images
begin_beside "format, beside the next" bash tests/scripts/format.sh --check
for tier in "${tiers[@]}"; do
  if [ -z "$tier" ]; then end_beside; continue; fi
  read -r name limit <<<"$tier"
  [ $# -eq 0 ] || [[ $wanted == *" $name "* ]] || continue
  if [ -z "$refusal" ]; then run_tier "$name" "$limit"; else run_without_namespaces "$name" "$limit"; fi
done
finish
