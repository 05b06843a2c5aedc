# shellcheck shell=bash disable=SC2154,SC2034  # sourced by tests/scripts/images.sh, which sets here, out, work, rootfs and reads config
# The operator: one self-contained binary, OpenSSL for TLS, the certificate authorities.
need "$out/kafkamesh" "(run make build: it publishes the operator there)"
add_program "$out/kafkamesh" /usr/local/bin/kafkamesh
add_tls
config='{"User":"65532:65532","Entrypoint":["/usr/local/bin/kafkamesh"],"Cmd":["operator"],"WorkingDir":"/","Env":["PATH=/usr/local/bin:/usr/bin:/usr/sbin"],"ExposedPorts":{"8080/tcp":{},"8081/tcp":{},"9443/tcp":{}}}'
