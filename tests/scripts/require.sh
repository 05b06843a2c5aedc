#!/usr/bin/env bash
# Ends with one sentence, before anything is built or made, when this machine lacks what a target needs.
#   require.sh TARGET NEED...     TARGET: named in the sentence, for instance `make run`. NEED:
#     sdk         a .NET SDK that global.json accepts
#     root        root with the capabilities that namespaces, mounts and packet filters need
#     privileges  root, or the right to be root of a user namespace with users of its own, which is enough for a cluster in a box
#     kernel      network namespaces, veth pairs and NAT in nftables (asks the tools that setup.sh installs)
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin

target=$1
shift

lacking() { echo "$target: $*" >&2; exit 69; }

require_sdk() {
  local wanted installed
  wanted=$(sed -n 's/.*"sdk".*"version": *"\([0-9]*\)\..*/\1/p' global.json)
  command -v dotnet >/dev/null || lacking "the .NET $wanted SDK is missing (there is no dotnet on PATH): install it from https://dotnet.microsoft.com/download/dotnet/$wanted.0."
  dotnet --version >/dev/null 2>&1 && return
  installed=$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ') || installed=
  lacking "the .NET $wanted SDK is needed, and $(command -v dotnet) has ${installed:-no SDK at all}: install it from https://dotnet.microsoft.com/download/dotnet/$wanted.0."
}

holds() { # number of a capability, as in linux/capability.h
  local effective
  effective=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
  (( 16#$effective >> $1 & 1 ))
}

require_root() {
  [ "$(id -u)" -eq 0 ] || lacking "network namespaces and mounts need root: run it with sudo, or as root."
  holds 21 || lacking "root lacks the capability CAP_SYS_ADMIN here (a container?), and network namespaces and mounts need it: run it on the machine itself or in a privileged container."
  holds 12 || lacking "root lacks the capability CAP_NET_ADMIN here (a container?), and network interfaces and NAT rules need it: run it on the machine itself or in a privileged container."
}

require_privileges() {
  if [ "$(id -u)" -eq 0 ]; then require_root; return; fi
  unshare --user --map-root-user --mount true 2>/dev/null || lacking "it needs root, or a kernel that lets every user make user namespaces, which this one does not: run it with sudo, or as root."
  unshare --user --map-root-user --map-auto --mount true 2>/dev/null || lacking "it needs root, or subordinate ids for the users of pods: run it with sudo, or once as root: apt-get install uidmap && usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
}

require_kernel() {
  local unshare=(unshare)
  [ "$(id -u)" -eq 0 ] || unshare=(unshare --user --map-root-user)
  "${unshare[@]}" --net --mount true 2>/dev/null || lacking "the kernel refuses to make a network namespace (unshare --net --mount): it needs CONFIG_NET_NS, and inside a container a privileged one."
  "${unshare[@]}" --net ip link add kmesh0 type veth peer name kmesh1 2>/dev/null || lacking "the kernel cannot make a veth pair in a network namespace: it needs CONFIG_VETH (modprobe veth)."
  "${unshare[@]}" --net ip link add kmesh0 type bridge 2>/dev/null || lacking "the kernel cannot make a bridge in a network namespace: it needs CONFIG_BRIDGE (modprobe bridge)."
  "${unshare[@]}" --net nft -f - >/dev/null 2>&1 <<'RULES' || lacking "the kernel cannot redirect connections with nftables: it needs CONFIG_NF_TABLES and CONFIG_NFT_REDIR (modprobe nft_chain_nat nft_redir)."
table ip kmesh {
  chain out {
    type nat hook output priority -100;
    tcp dport 9092 redirect to :4591
  }
}
RULES
}

for need in "$@"; do
  case $need in
    sdk|root|privileges|kernel) "require_$need" ;;
    *) echo "require.sh: there is no need '$need': choose sdk, root, privileges or kernel" >&2; exit 64 ;;
  esac
done
