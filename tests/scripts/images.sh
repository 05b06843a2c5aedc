#!/usr/bin/env bash
# Builds the container images without a registry and without a network, from published binaries and Debian's packages.
#   images.sh OUTDIR [IMAGE...]     IMAGE: operator, proxy, clients (default: all three)
# Reads OUTDIR/kafkamesh and OUTDIR/kafkamesh-proxy, writes OUTDIR/images/kafkamesh-IMAGE.tar (docker-archive: `podman load`, `docker load`,
# `ctr images import` and the Playground read it). The same inputs give the same bytes.
set -euo pipefail
export LC_ALL=C TZ=UTC PATH=$PATH:/usr/sbin:/sbin
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ $# -ge 1 ] || { echo "usage: images.sh OUTDIR [operator|proxy|clients]..." >&2; exit 64; }
out=$(realpath -m "$1"); shift
version=v$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$here/Directory.Build.props")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$out/images"

# shellcheck source=config/images/rootfs.sh
. "$here/config/images/rootfs.sh"
for name in "${@:-operator proxy clients}"; do
  for image in $name; do
    [ -f "$here/config/images/$image/build.sh" ] || { echo "images.sh: there is no image '$image': choose operator, proxy or clients" >&2; exit 64; }
    rootfs=$work/$image/rootfs; config='{}'
    mkdir -p "$rootfs"; make_skeleton
    # shellcheck disable=SC1090
    . "$here/config/images/$image/build.sh"
    pack "kafkamesh-$image:$version" "$out/images/kafkamesh-$image.tar"
    echo "$out/images/kafkamesh-$image.tar: kafkamesh-$image:$version, $(du -h "$out/images/kafkamesh-$image.tar" | cut -f1)"
  done
done
