# shellcheck shell=bash disable=SC2154,SC2034  # sourced by tests/scripts/images.sh, which sets here, out, work, rootfs and reads config
# The sidecar: one self-contained binary, OpenSSL to check access tokens with (opened at the first one), and for its init step both iptables
# variants with their extensions, and nft.
need "$out/kafkamesh-proxy" "(run make build: it publishes the proxy there)"
need /usr/sbin/xtables-nft-multi iptables
need /usr/sbin/nft nftables
add_program "$out/kafkamesh-proxy" /usr/local/bin/kafkamesh-proxy
add_openssl
add_iptables
add_program /usr/sbin/nft
config='{"User":"4092:4092","Entrypoint":["/usr/local/bin/kafkamesh-proxy"],"Cmd":["run"],"WorkingDir":"/","Env":["PATH=/usr/local/bin:/usr/sbin:/usr/bin"],"ExposedPorts":{"4591/tcp":{},"4592/tcp":{},"4594/tcp":{}}}'
