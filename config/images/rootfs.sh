# shellcheck shell=bash disable=SC2154  # sourced by tests/scripts/images.sh, which sets here, out, work, rootfs and reads config
# Functions that put a root file system together under $rootfs; sourced by tests/scripts/images.sh.

need() { # FILE PACKAGE: ends with one sentence when a file of a Debian package is missing
  [ -e "$1" ] || { echo "images.sh: $1 is missing: apt-get install $2" >&2; exit 69; }
}

make_skeleton() { # the directories and accounts that every image has
  mkdir -p "$rootfs"/{etc/ssl/certs,usr/bin,usr/sbin,usr/lib,usr/lib64,usr/local/bin,tmp,run,proc,sys,dev,var,home/nonroot}
  chmod 1777 "$rootfs/tmp"
  ln -s usr/bin "$rootfs/bin"; ln -s usr/sbin "$rootfs/sbin"; ln -s usr/lib "$rootfs/lib"; ln -s usr/lib64 "$rootfs/lib64"; ln -s /run "$rootfs/var/run"
  printf '%s\n' 'root:x:0:0:root:/:/sbin/nologin' 'kafkamesh:x:4092:4092:KafkaMesh sidecar:/tmp:/sbin/nologin' \
    'nonroot:x:65532:65532:unprivileged:/home/nonroot:/sbin/nologin' > "$rootfs/etc/passwd"
  printf '%s\n' 'root:x:0:' 'kafkamesh:x:4092:' 'nonroot:x:65532:' > "$rootfs/etc/group"
  echo 'hosts: files dns' > "$rootfs/etc/nsswitch.conf"
}

add_file() { # SOURCE [TARGET]: one file, links followed
  local target=$rootfs${2:-$1}
  mkdir -p "$(dirname "$target")"
  cp -L --no-preserve=all "$1" "$target"
  if [ -x "$1" ]; then chmod 0755 "$target"; fi
}

add_libraries() { # BINARY...: the shared libraries and the loader that the binaries name
  local list library
  for binary in "$@"; do
    list=$(ldd "$binary" 2>/dev/null || true)
    if grep -q 'not found' <<< "$list"; then echo "images.sh: $binary needs $(grep -m1 'not found' <<< "$list" | cut -d' ' -f1 | tr -d '\t'), which this machine lacks" >&2; exit 69; fi
    while IFS= read -r library; do
      [ -e "$rootfs/usr${library#/usr}" ] || add_file "$library" "/usr${library#/usr}"
    done < <(grep -o '/[^ ]*' <<< "$list" | sort -u)
  done
}

add_program() { # SOURCE [TARGET]: a program and its libraries
  add_file "$1" "${2:-$1}"
  add_libraries "$1"
}

add_openssl() { # what .NET and librdkafka open at run time
  local directory; directory=$(dirname "$(/sbin/ldconfig -p | awk '/libssl\.so\.3 /{print $NF; exit}')")
  need "$directory/libssl.so.3" libssl3
  for library in "$directory/libssl.so.3" "$directory/libcrypto.so.3"; do add_file "$library" "/usr${library#/usr}"; add_libraries "$library"; done
}

add_tls() { # OpenSSL and the certificate authorities
  need /etc/ssl/certs/ca-certificates.crt ca-certificates
  add_openssl
  add_file /etc/ssl/certs/ca-certificates.crt
}

pack() { # TAG ARCHIVE: one layer, a configuration and a manifest, all without a trace of time, owner or order
  local stage=$work/pack layer id
  local flags=(--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=posix "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime")
  rm -rf "$stage"; mkdir -p "$stage"
  tar "${flags[@]}" -cf "$stage/layer.tar" -C "$rootfs" .
  layer=$(sha256sum "$stage/layer.tar" | cut -d' ' -f1)
  mv "$stage/layer.tar" "$stage/$layer.tar"
  printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"%s"}]}' \
    "$(dpkg --print-architecture)" "$config" "$layer" "tests/scripts/images.sh" > "$stage/config.json"
  id=$(sha256sum "$stage/config.json" | cut -d' ' -f1)
  mv "$stage/config.json" "$stage/$id.json"
  printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["%s.tar"]}]' "$id" "$1" "$layer" > "$stage/manifest.json"
  tar "${flags[@]}" -cf "$2.part" -C "$stage" "manifest.json" "$id.json" "$layer.tar"
  mv "$2.part" "$2"
}

add_iptables() { # both variants: nft is the default name, legacy for nodes whose kernel has only the old tables
  local directory extension; directory=$(dirname "$(find /usr/lib -name libxt_REDIRECT.so -o -name libxt_tcp.so | sort | head -1)")
  add_program /usr/sbin/xtables-nft-multi; add_program /usr/sbin/xtables-legacy-multi
  for family in iptables ip6tables; do
    for suffix in "" -save -restore; do
      ln -s xtables-nft-multi "$rootfs/usr/sbin/$family$suffix"
      ln -s xtables-nft-multi "$rootfs/usr/sbin/$family-nft$suffix"
      ln -s xtables-legacy-multi "$rootfs/usr/sbin/$family-legacy$suffix"
    done
  done
  for extension in tcp udp owner standard comment multiport conntrack addrtype MARK mark REDIRECT; do
    for file in "$directory"/lib{xt,ipt,ip6t}_"$extension".so; do if [ -e "$file" ]; then add_file "$file"; add_libraries "$file"; fi; done
  done
  add_nat_extensions "$directory"
  add_file /etc/protocols
}

add_nat_extensions() { # DIRECTORY: the NAT targets live in one file under several names
  local file
  for file in "$1"/lib{xt,ipt,ip6t}_{NAT,DNAT,SNAT,MASQUERADE,RETURN,REJECT,icmp,icmp6,set}.so; do if [ -e "$file" ]; then add_file "$file"; add_libraries "$file"; fi; done
}
