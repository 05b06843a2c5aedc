# shellcheck shell=bash disable=SC2154,SC2034  # sourced by tests/scripts/images.sh, which sets here, out, work, rootfs and reads config
# Real third-party Kafka clients (kcat, librdkafka through Python) and a real broker process (librdkafka's mock cluster) for tests and samples,
# with busybox for people and probes, and tcpdump as the end-to-end test's witness.
need /usr/bin/kcat kcat
need /usr/include/librdkafka/rdkafka_mock.h librdkafka-dev
need /usr/lib/python3/dist-packages/confluent_kafka python3-confluent-kafka
need /bin/busybox busybox
need /usr/bin/gcc "gcc libc6-dev"
need /usr/bin/tcpdump tcpdump
add_program /usr/bin/kcat
add_program /usr/bin/tcpdump
add_tls

gcc -O2 -Wall -Wextra -Werror -rdynamic -ffile-prefix-map="$here"=. -o "$work/mock-broker" "$here/config/images/clients/mock-broker.c" -lrdkafka -ldl
add_program "$work/mock-broker" /usr/local/bin/kafkamesh-mock-broker

python=$(/usr/bin/python3 -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
add_program /usr/bin/python3
cp -r --no-preserve=all "/usr/lib/$python" "$rootfs/usr/lib/$python"
rm -rf "$rootfs/usr/lib/$python"/{test,idlelib,tkinter,turtledemo,ensurepip,lib2to3,distutils,pydoc_data,unittest,config-*,sitecustomize.py}
mkdir -p "$rootfs/usr/lib/python3/dist-packages"
cp -r --no-preserve=all /usr/lib/python3/dist-packages/confluent_kafka "$rootfs/usr/lib/python3/dist-packages/"
find "$rootfs/usr/lib" -name __pycache__ -prune -exec rm -rf {} +
while IFS= read -r module; do add_libraries "$module"; done < <(find "/usr/lib/$python/lib-dynload" /usr/lib/python3/dist-packages/confluent_kafka -name '*.so' | sort)
# Compiled code that is checked by content, not by time: no write at the first start, and the same bytes in every build.
find "$rootfs/usr/lib/$python" "$rootfs/usr/lib/python3" -name '*.py' -exec touch -d @0 {} +
/usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash -s "$rootfs" "$rootfs/usr/lib/$python" "$rootfs/usr/lib/python3"

add_program /bin/busybox /usr/bin/busybox
for tool in $(/bin/busybox --list); do [ -e "$rootfs/usr/bin/$tool" ] || ln -s busybox "$rootfs/usr/bin/$tool"; done
for script in producer.py consumer.py; do add_file "$here/config/images/clients/$script" "/opt/clients/$script"; done
config='{"User":"65532:65532","Cmd":["/bin/sh"],"WorkingDir":"/opt/clients","Env":["PATH=/usr/local/bin:/usr/bin:/usr/sbin","PYTHONUNBUFFERED=1"]}'
