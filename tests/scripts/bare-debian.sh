#!/usr/bin/env bash
# Makes a bare Debian 12 with nothing but this machine's .NET SDK, make and git in a directory, clones the committed state
# of this checkout into it and runs a command there as root, in namespaces of its own: what a newcomer's first try meets.
#   bare-debian.sh DIRECTORY [COMMAND...]
#     DIRECTORY  absent or empty; it stays (5 GB after `make test`): look at root/kafkamesh/out in it, then remove it
#     COMMAND    default: make test. More than one: bash -c 'make run ONCE=1 && make images'
# Package sources, certificates and NuGet.Config are this machine's. Needs root and debootstrap.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PATH=$PATH:/usr/sbin:/sbin

lacking() { echo "bare-debian.sh: $*" >&2; exit 69; }

[ $# -ge 1 ] || { echo "usage: bare-debian.sh DIRECTORY [COMMAND...]" >&2; exit 64; }
[ -z "$(ls -A "$1" 2>/dev/null)" ] || { echo "bare-debian.sh: $1 is not empty, so it is no bare Debian: name another directory, or remove it." >&2; exit 64; }
[ "$(id -u)" -eq 0 ] || lacking "debootstrap and mounts need root: run it with sudo, or as root."
command -v debootstrap >/dev/null || lacking "debootstrap is missing: apt-get install debootstrap"
bash "$here/tests/scripts/require.sh" bare-debian.sh sdk root

root=$(realpath -m "$1"); shift
[ $# -gt 0 ] || set -- make test

mirror() { # the address of this machine's first source
  local addresses
  addresses=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null) || true
  head -n 1 <<<"${addresses:-http://deb.debian.org/debian}"
}

copy() { # what this machine has of the files given, to the same place
  local file
  for file in "$@"; do
    [ -e "$file" ] || continue
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
  done
}

# shellcheck disable=SC2317  # run by the shell that unshare starts
enter() { # ROOT COMMAND...: runs the command with ROOT as the root directory
  set -e
  mount --make-rprivate /
  mount --bind "$1" "$1"
  cd "$1"
  shift
  mount -t proc proc proc
  mount --rbind /sys sys
  mount --rbind /dev dev
  mount -t tmpfs tmpfs run
  # Not chroot: inside one, no mount namespace can be made.
  mkdir -p old
  pivot_root . old
  umount -l /old
  rmdir /old
  export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  [ ! -d root/kafkamesh ] || cd /root/kafkamesh
  "$@"
}

inside() { # COMMAND...
  local passed=() name
  for name in NUGET_CERT_REVOCATION_MODE http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [ -z "${!name:-}" ] || passed+=("$name=${!name}")
  done
  env -i PATH="$PATH" LANG=C.UTF-8 "${passed[@]}" unshare --mount --pid --fork --kill-child bash -c "$(declare -f enter); enter \"\$@\"" bash "$root" "$@" </dev/null
}

source=$(mirror)
echo "bare-debian.sh: Debian 12 from $source in $root"
mkdir -p "$root"
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$source" >/dev/null || lacking "debootstrap failed, see $root/debootstrap/debootstrap.log"

rm -f "$root/etc/apt/sources.list"
# Proxies and the like, not what this machine fetches.
mapfile -t options < <(grep -lsE '^Acquire::(https?|Check|Retries|ForceIP)' /etc/apt/apt.conf.d/* || true)
copy /etc/resolv.conf /etc/hosts /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources "${options[@]}" /usr/local/share/ca-certificates/*.crt
[ -e "$root/etc/apt/sources.list" ] || [ -e "$root/etc/apt/sources.list.d/debian.sources" ] || echo "deb $source bookworm main" >"$root/etc/apt/sources.list"
install -d -m 0700 "$root/root"
nuget=${HOME:-/root}/.nuget/NuGet/NuGet.Config
[ ! -e "$nuget" ] || install -D -m 0600 "$nuget" "$root/root/.nuget/NuGet/NuGet.Config"
sdk=$(dirname "$(realpath "$(command -v dotnet)")")
cp -a "$sdk" "$root/usr/share/dotnet"
ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"

# The libraries are those that .NET's own installation page asks for.
inside bash -c 'update-ca-certificates >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends make git libicu72 libssl3' >"$root/var/log/bare-debian.log" 2>&1 ||
  { tail -n 5 "$root/var/log/bare-debian.log" >&2; lacking "make and git could not be installed, see $root/var/log/bare-debian.log"; }
git clone -q --no-local "$here" "$root/root/kafkamesh"
echo "bare-debian.sh: $(git -C "$root/root/kafkamesh" log -1 --format='%h %s'): $*"
inside "$@"
