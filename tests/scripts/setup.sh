#!/usr/bin/env bash
# Installs what the project's own tests and the playground need from Debian's packages, and Debian's old kubectl beside a
# newer one. Idempotent, non-interactive; a missing privilege is named, not stumbled over.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=out/tools
mkdir -p "$tools"

missing=()
while read -r package evidence; do
  case "$package" in ''|'#'*) continue ;; esac
  [ -e "$evidence" ] || missing+=("$package")
done < tests/scripts/packages.txt
command -v kubectl >/dev/null || missing+=(kubernetes-client)

updated=false
apt_update() {
  $updated || apt-get update -qq >"$tools/apt-update.log" 2>&1 || {
    echo "setup: apt-get update failed, see $tools/apt-update.log" >&2
    exit 1
  }
  updated=true
}

if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "setup: this machine has no apt-get; install by hand: ${missing[*]}" >&2; exit 1; }
  [ "$(id -u)" -eq 0 ] || { echo "setup: run as root, or install by hand: ${missing[*]}" >&2; exit 1; }
  echo "setup: installing ${missing[*]}"
  apt_update
  # Daemons that come with a package (prometheus) must not be started: tests start their own.
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; trap 'rm -f "$policy"' EXIT; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$tools/apt-install.log" 2>&1 || {
    echo "setup: apt-get install failed, see $tools/apt-install.log:" >&2
    tail -n 5 "$tools/apt-install.log" >&2
    exit 1
  }
fi

# Debian's kubectl 1.20 for the tests with an old client; it stays out of PATH.
if [ ! -x "$tools/kubectl-1.20" ]; then
  if kubectl version --client 2>/dev/null | grep -qE 'v?1\.20\.'; then
    ln -sf "$(command -v kubectl)" "$tools/kubectl-1.20"
  elif command -v apt-get >/dev/null; then
    apt_update
    unpack=$(mktemp -d)
    (cd "$unpack" && apt-get -o APT::Sandbox::User=root download -qq kubernetes-client >/dev/null && dpkg -x ./*.deb tree)
    install -m 0755 "$unpack/tree/usr/bin/kubectl" "$tools/kubectl-1.20"
    rm -rf "$unpack"
  fi
fi
