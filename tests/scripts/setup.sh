#!/usr/bin/env bash
# Installs what the project's own tests and the playground need from Debian's packages, and Debian's old kubectl beside a
# newer one. Idempotent, non-interactive; a missing privilege is named, not stumbled over.
#   setup.sh [LIST…]   further lists like packages.txt
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin

tools=$PWD/out/tools
mkdir -p "$tools"

missing=()
while read -r package evidence; do
  case "$package" in ''|'#'*) continue ;; esac
  [ -e "$evidence" ] || missing+=("$package")
done < <(cat tests/scripts/packages.txt "$@")
command -v kubectl >/dev/null || missing+=(kubernetes-client)
# For the web UI; a Node.js from elsewhere that has its npm stays. Debian's npm comes in 400 small packages: a minute or two, once.
{ command -v node && command -v npm; } >/dev/null || missing+=(nodejs npm)

updated=false
apt_update() {
  $updated && return
  apt-get -o DPkg::Lock::Timeout=300 update -qq >"$tools/apt-update.log" 2>&1 || {
    echo "setup: apt-get update failed, see ${tools#"$PWD/"}/apt-update.log:" >&2
    tail -n 5 "$tools/apt-update.log" >&2
    return 1
  }
  updated=true
}

if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "setup: this machine has no apt-get; install what these Debian packages hold by hand: ${missing[*]}" >&2; exit 69; }
  [ "$(id -u)" -eq 0 ] || { echo "setup: installing packages needs root; run as root once, or as root: apt-get install ${missing[*]}" >&2; exit 69; }
  echo "setup: installing ${missing[*]}"
  apt_update
  # Daemons that come with a package (prometheus) must not be started: tests start their own.
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; trap 'rm -f "$policy"' EXIT; }
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >"$tools/apt-install.log" 2>&1 || {
    echo "setup: apt-get install failed, see ${tools#"$PWD/"}/apt-install.log:" >&2
    tail -n 5 "$tools/apt-install.log" >&2
    exit 1
  }
fi

# Debian 12's kubectl 1.20 for the tests with an old client; it stays out of PATH. Without it those tests are skipped by name.
is_old() { "$1" version --client 2>/dev/null | grep -qE 'v?1\.20\.'; }

unpack_old_kubectl() { # DIRECTORY
  apt_update && cd "$1" && apt-get -o APT::Sandbox::User=root download -qq kubernetes-client && dpkg -x ./*.deb tree && is_old tree/usr/bin/kubectl
}

if [ ! -x "$tools/kubectl-1.20" ]; then
  if is_old kubectl; then
    ln -sf "$(command -v kubectl)" "$tools/kubectl-1.20"
  elif command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    unpack=$(mktemp -d)
    if (unpack_old_kubectl "$unpack") >"$tools/old-kubectl.log" 2>&1; then
      install -m 0755 "$unpack/tree/usr/bin/kubectl" "$tools/kubectl-1.20"
    else
      echo "setup: there is no kubectl 1.20 to be had (see ${tools#"$PWD/"}/old-kubectl.log): the tests with an old client are skipped" >&2
    fi
    rm -rf "$unpack"
  fi
fi
