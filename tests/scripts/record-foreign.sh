#!/usr/bin/env bash
# Records what real servers and clients of Debian's packages say to each other in protocols that are not Kafka, one small
# capture per protocol, into tests/testdata/foreign with INDEX.tsv: what was recorded, of which versions, and what the
# detector is to make of it. The tests read the captures only; this script is run by hand to make them again, as root.
#   record-foreign.sh [NAME…]      only these (names as in INDEX.tsv, without .pcap)
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C

packages=(
  amqp-tools beanstalkd bind9 bind9-dnsutils curl etcd-client etcd-server gearman-job-server gearman-tools iproute2 ldap-utils
  libmemcached-tools mariadb-client mariadb-server memcached mosquitto mosquitto-clients nats-server nginx-light openssh-client
  openssh-server openssl postgresql postgresql-client python3-kazoo python3-thrift rabbitmq-server redis-server redis-tools
  slapd tcpdump util-linux zookeeper
)
all=(amqp beanstalk dns erlang etcd gearman http http2 ldap mariadb memcached memcached-binary mqtt nats postgresql redis ssh thrift tls12 tls13 zookeeper)

install_packages() {
  local missing=() package policy=/usr/sbin/policy-rc.d
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  echo "record-foreign: installing ${missing[*]}"
  # The daemons that come with the packages must not be started: the script starts its own.
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    made_policy=true
  fi
  apt-get -o DPkg::Lock::Timeout=300 update -qq
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  [ -z "${made_policy:-}" ] || rm -f "$policy"
}

# The recording itself runs in namespaces of its own: ports, /run and processes of the machine stay untouched, and all
# servers end with the script.
if [ -z "${KMESH_TEST_RECORDING:-}" ]; then
  [ "$(id -u)" -eq 0 ] || { echo "record-foreign: needs root, for namespaces and packet capture" >&2; exit 69; }
  for name in "$@"; do
    [[ " ${all[*]} " == *" $name "* ]] || { echo "record-foreign: there is no recording '$name': choose of ${all[*]}" >&2; exit 64; }
  done
  install_packages
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  unshare --net --pid --mount --fork --kill-child --mount-proc env KMESH_TEST_RECORDING="$work" bash "$0" "$@"
  exit
fi

output=$PWD/tests/testdata/foreign
mkdir -p "$output"
ip link set lo up
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd
export work=$KMESH_TEST_RECORDING
cd "$work"

as() { # USER COMMAND…
  local user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --clear-groups -- env HOME="$work" "$@"
}

serve() { # PORT COMMAND…: starts a server and waits until it listens
  local port=$1
  shift
  "$@" </dev/null >"$work/server-$port.log" 2>&1 &
  for _ in $(seq 600); do
    ss -Hltn "sport = :$port" | grep -q . && return
    sleep 0.1
  done
  echo "record-foreign: nothing listens on port $port after 60 s: $*" >&2
  tail -n 20 "$work/server-$port.log" >&2
  exit 1
}

size() { stat -c %s "$work/now.pcap" 2>/dev/null || echo 0; }

record() { # NAME VERDICT FILTER CLIENT…: runs a client function while its packets are captured
  local name=$1 verdict=$2 filter=$3 before
  shift 3
  rm -f "$work/now.pcap" "$work/tcpdump.log"
  tcpdump -i lo -s 0 -U -B 16384 --immediate-mode -Z root -w "$work/now.pcap" "$filter" 2>"$work/tcpdump.log" &
  local capture=$!
  until grep -qs "listening on" "$work/tcpdump.log"; do sleep 0.05; done
  # shellcheck disable=SC2046,SC2163  # the client may be a function
  export -f $(compgen -A function)
  # shellcheck disable=SC2016
  timeout 60 bash -euc '"$@"' client "$@" >"$work/client.log" 2>&1 || { echo "record-foreign: the client of $name failed:" >&2; cat "$work/client.log" >&2; exit 1; }
  before=-1
  until [ "$before" = "$(size)" ]; do # the last segments close the connections
    before=$(size)
    sleep 0.5
  done
  kill -INT "$capture"
  wait "$capture" || true
  grep -q '^0 packets dropped by kernel' "$work/tcpdump.log" || { echo "record-foreign: packets of $name were lost, record it again" >&2; exit 1; }
  cp "$work/now.pcap" "$output/$name.pcap"
  verdicts[$name]=$verdict
}

versions() { dpkg-query -W -f '${Package} ${Version}, ' "$@" | sed 's/, $//'; }

note() { # NAME WHAT PACKAGE…: a row of the index
  local name=$1 what=$2
  shift 2
  touch "$output/INDEX.tsv"
  {
    printf 'recording\tverdict\twhat\tversions\n'
    { grep -v -e "^$name	" -e '^recording	' "$output/INDEX.tsv" || true
      printf '%s\t%s\t%s\t%s\n' "$name" "${verdicts[$name]}" "$what" "$(versions "$@")"; } | sort
  } > "$work/index"
  cp "$work/index" "$output/INDEX.tsv"
}

say_to() { # PORT: what stdin says, and reads answers until the server closes or has been quiet for a second
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  while IFS= read -r line; do
    printf '%s\r\n' "$line" >&3
    IFS= read -r -t 1 <&3 || true
  done
  exec 3>&-
}

declare -A verdicts

http_config() { # PORT OPTIONS
  mkdir -p "$work/www"
  echo hello > "$work/www/index.html"
  cat > "$work/nginx-$1.conf" <<CONF
daemon off; error_log stderr; pid $work/nginx-$1.pid;
events {}
http { access_log off; server { listen 127.0.0.1:$1 $2; root $work/www; } }
CONF
}

http_client() {
  curl -sS http://127.0.0.1:8080/ http://127.0.0.1:8080/missing
  curl -sS -I http://127.0.0.1:8080/
  curl -sS -X OPTIONS http://127.0.0.1:8080/
  curl -sS -d name=value http://127.0.0.1:8080/form
  curl -sS --proxy http://127.0.0.1:8080 http://absolute.example/
}

make_http() {
  http_config 8080 ""
  serve 8080 nginx -c "$work/nginx-8080.conf"
  record http http 'tcp port 8080' http_client
  note http "GET, HEAD, OPTIONS, POST, absolute form" nginx-light curl
}

make_http2() {
  http_config 8081 http2
  serve 8081 nginx -c "$work/nginx-8081.conf"
  record http2 http 'tcp port 8081' curl -sS --http2-prior-knowledge http://127.0.0.1:8081/
  note http2 "HTTP/2 with prior knowledge" nginx-light curl
}

etcd_client() {
  export ETCDCTL_API=3
  etcdctl --endpoints http://127.0.0.1:2379 put key value
  etcdctl --endpoints http://127.0.0.1:2379 get key
}

make_etcd() {
  serve 2379 etcd --data-dir "$work/etcd" --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379
  record etcd http 'tcp port 2379' etcd_client
  note etcd "gRPC over HTTP/2 without TLS" etcd-server etcd-client
}

redis_client() {
  redis-cli set key value
  redis-cli -3 get key
  printf 'GET key\nPING\nQUIT\n' | say_to 6379
}

make_redis() {
  serve 6379 redis-server --port 6379 --save '' --appendonly no --dir "$work"
  record redis opaque 'tcp port 6379' redis_client
  note redis "RESP2, RESP3, inline commands" redis-server redis-tools
}

postgresql_client() {
  psql "host=127.0.0.1 user=postgres sslmode=disable gssencmode=disable" -c 'select 1'
  psql "host=127.0.0.1 user=postgres sslmode=prefer gssencmode=prefer" -c 'select 1'
  # A startup message as long as JDBC's: its protocol version 3.0 reads like Metadata 0.
  psql "host=127.0.0.1 user=postgres sslmode=disable application_name=a_name_that_makes_the_message_long options='-c statement_timeout=30000 -c search_path=public'" -c 'select 1'
}

make_postgresql() {
  local bin
  bin=$(echo /usr/lib/postgresql/*/bin)
  install -d -o postgres "$work/postgresql"
  as postgres "$bin/initdb" -D "$work/postgresql" -A trust >/dev/null
  serve 5432 as postgres "$bin/postgres" -D "$work/postgresql" -h 127.0.0.1 -k ''
  record postgresql opaque 'tcp port 5432' postgresql_client
  note postgresql "startup, SSLRequest and GSSENCRequest refused, long startup" postgresql-15 postgresql-client-15
}

make_mariadb() {
  install -d -o mysql "$work/mariadb"
  mariadb-install-db --no-defaults --user=mysql --datadir="$work/mariadb" --auth-root-authentication-method=normal >/dev/null
  serve 3306 mariadbd --no-defaults --user=mysql --datadir="$work/mariadb" --socket="$work/mariadb/socket" --bind-address=127.0.0.1 --port=3306
  record mariadb server_first 'tcp port 3306' mariadb --no-defaults -h 127.0.0.1 -u root -e 'select 1'
  note mariadb "the server speaks first" mariadb-server mariadb-client
}

rabbitmq() {
  export RABBITMQ_NODENAME=r@localhost RABBITMQ_MNESIA_BASE=$work/rabbitmq RABBITMQ_LOG_BASE=$work/rabbitmq RABBITMQ_LOGS=-
  export RABBITMQ_ENABLED_PLUGINS_FILE=$work/rabbitmq/plugins RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_CONFIG_FILE=$work/rabbitmq/none HOME=$work
  ss -Hltn 'sport = :5672' | grep -q . && return
  mkdir -p "$work/rabbitmq"
  echo '[].' > "$work/rabbitmq/plugins"
  serve 5672 /usr/lib/rabbitmq/bin/rabbitmq-server
}

amqp_client() {
  amqp-declare-queue -u amqp://guest:guest@127.0.0.1 -q orders
  amqp-publish -u amqp://guest:guest@127.0.0.1 -r orders -b hello
  amqp-get -u amqp://guest:guest@127.0.0.1 -q orders
}

make_amqp() {
  rabbitmq
  record amqp opaque 'tcp port 5672' amqp_client
  note amqp "AMQP 0-9-1" rabbitmq-server amqp-tools
}

make_erlang() {
  rabbitmq
  record erlang opaque 'tcp port 4369 or tcp port 25672' /usr/lib/rabbitmq/bin/rabbitmqctl -n r@localhost ping
  note erlang "port mapper and distribution" rabbitmq-server erlang-base
}

dns_client() {
  local dig="dig @127.0.0.1 -p 5353 +tcp +tries=1 +time=5"
  $dig www.example.test
  # Without recursion, EDNS and cookie the header reads like Produce 1.
  $dig +norecurse +noadflag +nocookie +noedns www.example.test
  $dig +norecurse +noadflag +nocookie www.example.test
  $dig +norecurse +noadflag +nocookie +noedns . NS
  $dig +keepopen www.example.test a www.example.test aaaa
  $dig example.test AXFR
}

make_dns() {
  cat > "$work/named.conf" <<CONF
options {
  directory "$work"; listen-on port 5353 { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; session-keyfile "$work/session.key";
  recursion no; allow-transfer { any; }; dnssec-validation no;
};
controls {};
zone "example.test" { type primary; file "$work/zone"; };
CONF
  # shellcheck disable=SC2016  # $TTL is the zone file's own
  printf '$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\nns A 127.0.0.1\nwww A 127.0.0.1\n' > "$work/zone"
  serve 5353 named -f -c "$work/named.conf"
  record dns opaque 'tcp port 5353' dns_client
  note dns "queries with and without recursion and EDNS, two in one connection, zone transfer" bind9 bind9-dnsutils
}

certificate() {
  [ -e "$work/key.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=broker.example \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
}

tls_client() { # VERSION PORT
  openssl s_client "-$1" -connect "127.0.0.1:$2" -servername broker.example -alpn kafka,h2,http/1.1 </dev/null
  openssl s_client "-$1" -connect "127.0.0.1:$2" -noservername </dev/null
}

make_tls() { # NAME VERSION PORT
  certificate
  serve "$3" openssl s_server "-$2" -accept "127.0.0.1:$3" -cert "$work/cert.pem" -key "$work/key.pem" -alpn kafka -quiet
  record "$1" tls "tcp port $3" tls_client "$2" "$3"
  note "$1" "first connection: server name broker.example, ALPN kafka,h2,http/1.1; second: neither" openssl
}

make_tls12() { make_tls tls12 tls1_2 8442; }
make_tls13() { make_tls tls13 tls1_3 8443; }

make_ssh() {
  ssh-keygen -q -t ed25519 -N '' -f "$work/host"
  ssh-keygen -q -t ed25519 -N '' -f "$work/user"
  cp "$work/user.pub" "$work/authorized"
  printf '%s\n' "HostKey $work/host" "AuthorizedKeysFile $work/authorized" 'StrictModes no' 'UsePAM no' 'PermitRootLogin yes' 'PidFile none' > "$work/sshd.conf"
  serve 2222 /usr/sbin/sshd -D -e -p 2222 -f "$work/sshd.conf"
  record ssh opaque 'tcp port 2222' ssh -F none -p 2222 -i "$work/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null 127.0.0.1 true
  note ssh "both sides begin with a banner" openssh-server openssh-client
}

memcached_client() { # OPTION…
  echo value > "$work/key"
  memccp "$@" --servers=127.0.0.1:11211 "$work/key"
  memccat "$@" --servers=127.0.0.1:11211 key
}

memcached_server() { ss -Hltn 'sport = :11211' | grep -q . || serve 11211 memcached -u nobody -l 127.0.0.1 -p 11211; }

make_memcached() {
  memcached_server
  record memcached opaque 'tcp port 11211' memcached_client
  note memcached "text protocol" memcached libmemcached-tools
}

make_memcached-binary() {
  memcached_server
  record memcached-binary opaque 'tcp port 11211' memcached_client --binary
  note memcached-binary "binary protocol" memcached libmemcached-tools
}

mqtt_client() {
  mosquitto_pub -h 127.0.0.1 -p 1883 -V mqttv311 -q 1 -r -t orders -m hello
  mosquitto_sub -h 127.0.0.1 -p 1883 -V mqttv5 -t orders -C 1
}

make_mqtt() {
  printf 'listener 1883 127.0.0.1\nallow_anonymous true\nuser root\n' > "$work/mosquitto.conf"
  serve 1883 mosquitto -c "$work/mosquitto.conf"
  record mqtt opaque 'tcp port 1883' mqtt_client
  note mqtt "MQTT 3.1.1 and 5" mosquitto mosquitto-clients
}

zookeeper_client() {
  /usr/bin/python3 - <<'PYTHON'
from kazoo.client import KazooClient
client = KazooClient("127.0.0.1:2181")
client.start()
client.create("/orders", b"value")
client.get("/orders")
session = client.client_id
again = KazooClient("127.0.0.1:2181", client_id=session)
again.start()
again.get("/orders")
again.stop()
client.stop()
PYTHON
  echo ruok | say_to 2181
}

make_zookeeper() {
  printf '%s\n' tickTime=2000 "dataDir=$work/zookeeper" clientPort=2181 clientPortAddress=127.0.0.1 admin.enableServer=false '4lw.commands.whitelist=*' > "$work/zoo.cfg"
  serve 2181 java -cp '/usr/share/java/zookeeper.jar:/usr/share/java/*' org.apache.zookeeper.server.quorum.QuorumPeerMain "$work/zoo.cfg"
  record zookeeper opaque 'tcp port 2181' zookeeper_client
  note zookeeper "new session, the same session again, four-letter word; frames are like Kafka's" zookeeper python3-kazoo
}

ldap_client() {
  ldapsearch -x -H ldap://127.0.0.1:3890 -s base -b '' namingContexts
  ldapwhoami -x -H ldap://127.0.0.1:3890 -D cn=admin,cn=config -w secret
}

make_ldap() {
  printf 'include /etc/ldap/schema/core.schema\ndatabase config\nrootdn cn=admin,cn=config\nrootpw secret\n' > "$work/slapd.conf"
  serve 3890 slapd -d 0 -h ldap://127.0.0.1:3890 -f "$work/slapd.conf"
  record ldap opaque 'tcp port 3890' ldap_client
  note ldap "anonymous search, simple bind" slapd ldap-utils
}

nats_client() { printf 'CONNECT {"verbose":true}\nSUB orders 1\nPUB orders 2\nhi\nPING\n' | say_to 4222; }

make_nats() {
  serve 4222 nats-server -a 127.0.0.1 -p 4222
  record nats server_first 'tcp port 4222' nats_client
  note nats "the server speaks first; the client's part is written by the script" nats-server
}

beanstalk_client() { printf 'put 0 0 10 2\nhi\nreserve\nquit\n' | say_to 11300; }

make_beanstalk() {
  serve 11300 beanstalkd -l 127.0.0.1 -p 11300
  record beanstalk opaque 'tcp port 11300' beanstalk_client
  note beanstalk "the client's part is written by the script" beanstalkd
}

gearman_client() {
  gearman -h 127.0.0.1 -p 4730 -w -f count -- wc -c &
  local worker=$!
  echo 'some text' | gearman -h 127.0.0.1 -p 4730 -f count
  kill "$worker"
}

make_gearman() {
  serve 4730 gearmand --listen=127.0.0.1 --port=4730 --log-file=stderr -u root
  record gearman opaque 'tcp port 4730' gearman_client
  note gearman "client and worker; begins with a zero byte as Kafka does" gearman-job-server gearman-tools
}

thrift_code() {
  cat <<'PYTHON'
import sys
from thrift.Thrift import TMessageType, TType
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TSocket import TServerSocket, TSocket
from thrift.transport.TTransport import TFramedTransport

def write(protocol, name, kind, text):
    protocol.writeMessageBegin(name, kind, 1)
    protocol.writeStructBegin("s")
    protocol.writeFieldBegin("text", TType.STRING, 1)
    protocol.writeString(text)
    protocol.writeFieldEnd()
    protocol.writeFieldStop()
    protocol.writeStructEnd()
    protocol.writeMessageEnd()
    protocol.trans.flush()

def read(protocol):
    name, _, _ = protocol.readMessageBegin()
    protocol.skip(TType.STRUCT)
    protocol.readMessageEnd()
    return name.decode() if isinstance(name, bytes) else name # bytes in the old form

if sys.argv[1] == "serve":
    server = TServerSocket("127.0.0.1", 9090)
    server.listen()
    while True:
        protocol = TBinaryProtocol(TFramedTransport(server.accept()), strictRead=False, strictWrite=False)
        try:
            while True:
                write(protocol, read(protocol), TMessageType.REPLY, "answer")
        except Exception:
            pass

for strict in (True, False):
    for name, text in (("ping", "hi"), ("getUserProfileById", "x" * 300)):
        socket = TSocket("127.0.0.1", 9090)
        socket.open()
        protocol = TBinaryProtocol(TFramedTransport(socket), strictRead=False, strictWrite=strict)
        write(protocol, name, TMessageType.CALL, text)
        read(protocol)
        socket.close()
PYTHON
}

make_thrift() {
  thrift_code > "$work/thrift-example.py"
  serve 9090 /usr/bin/python3 "$work/thrift-example.py" serve
  record thrift opaque 'tcp port 9090' /usr/bin/python3 "$work/thrift-example.py" call
  note thrift "framed binary protocol, strict and old; the old one begins with two lengths as Produce does" python3-thrift
}

[ $# -gt 0 ] || set -- "${all[@]}"
for name in "$@"; do
  "make_$name"
  printf '%-18s %6d bytes\n' "$name" "$(stat -c %s "$output/$name.pcap")"
done
