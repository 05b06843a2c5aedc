/* librdkafka for the relay bench.
 *   real cluster                                   a mock cluster of one broker: prints its port, ends when standard input ends
 *   real produce PORT THROUGH MESSAGES BYTES       a producer for the cluster at PORT that connects to THROUGH instead: prints
 *                                                  the nanoseconds until all messages were acknowledged
 *   real consume PORT THROUGH MESSAGES BYTES       a consumer of what was produced: prints the nanoseconds until it had all of it;
 *                                                  fails on one that is missing, out of order, of another size, or one too many */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The mock keeps 5 MiB of each partition and drops what is older without a word: as many messages as BYTES and this allow. */
enum { PARTITIONS = 10, PARTITION_BYTES = 5 * 1024 * 1024, RECORD_OVERHEAD = 16, BATCH = 1000, PATIENCE_MS = 30000, SILENCE_MS = 200 };

static const char *const topic_name = "bench";
static int through;
static long delivered, failed;

static long long nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char error[512];
  if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) {
    fprintf(stderr, "real: %s\n", error);
    exit(1);
  }
}

static rd_kafka_t *make(rd_kafka_type_t type, rd_kafka_conf_t *conf) {
  char error[512];
  rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);
  if (client) return client;
  fprintf(stderr, "real: %s\n", error);
  exit(1);
}

/* The mock cluster tells clients its own address; the relay stands elsewhere. */
static int connect_through(int fd, const struct sockaddr *address, int length, const char *id, void *opaque) {
  (void)id; (void)opaque;
  struct sockaddr_in changed;
  if (length != sizeof changed) return EAFNOSUPPORT;
  memcpy(&changed, address, sizeof changed);
  changed.sin_port = htons((uint16_t)through);
  if (!connect(fd, (void *)&changed, sizeof changed) || errno == EINPROGRESS) {
    struct pollfd wait = {fd, POLLOUT, 0};
    poll(&wait, 1, 5000);
    return 0;
  }
  return errno;
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
  (void)client; (void)opaque;
  if (message->err) failed++;
  else delivered++;
}

static int run_cluster(void) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "log_level", "3"); /* not that it has no brokers: it is one */
  rd_kafka_t *client = make(RD_KAFKA_PRODUCER, conf);
  rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(client, 1);
  if (rd_kafka_mock_topic_create(cluster, topic_name, PARTITIONS, 1)) {
    fprintf(stderr, "real: no topic in the mock cluster\n");
    return 1;
  }
  const char *bootstraps = rd_kafka_mock_cluster_bootstraps(cluster);
  printf("%s\n", strrchr(bootstraps, ':') + 1);
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(client);
  return 0;
}

static rd_kafka_conf_t *client_settings(const char *port) {
  char bootstraps[64];
  snprintf(bootstraps, sizeof bootstraps, "127.0.0.1:%s", port);
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", bootstraps);
  set(conf, "client.id", topic_name);
  rd_kafka_conf_set_connect_cb(conf, connect_through);
  return conf;
}

static int run_producer(const char *port, long messages, size_t bytes) {
  rd_kafka_conf_t *conf = client_settings(port);
  set(conf, "linger.ms", "5");
  set(conf, "queue.buffering.max.messages", "1000000");
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  rd_kafka_t *client = make(RD_KAFKA_PRODUCER, conf);
  rd_kafka_topic_t *topic = rd_kafka_topic_new(client, topic_name, NULL);
  char *payload = malloc(bytes);
  memset(payload, 'k', bytes);
  long long begin = nanoseconds();
  for (long i = 0; i < messages; i++) {
    while (rd_kafka_produce(topic, (int32_t)(i % PARTITIONS), RD_KAFKA_MSG_F_COPY, payload, bytes, NULL, 0, NULL)) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) return 1;
      rd_kafka_poll(client, 10);
    }
    if (i % 1000 == 0) rd_kafka_poll(client, 0);
  }
  rd_kafka_flush(client, PATIENCE_MS);
  long long took = nanoseconds() - begin;
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(client);
  free(payload);
  if (delivered != messages || failed) {
    fprintf(stderr, "real: %ld of %ld messages delivered, %ld failed\n", delivered, messages, failed);
    return 1;
  }
  printf("%lld\n", took);
  return 0;
}

/* Takes what one batch holds. Returns 0 when it is not what was produced. */
static int take(rd_kafka_message_t **batch, ssize_t n, int64_t *next, size_t bytes) {
  int is_right = 1;
  for (ssize_t i = 0; i < n; i++) {
    rd_kafka_message_t *message = batch[i];
    if (message->err) {
      fprintf(stderr, "real: %s\n", rd_kafka_message_errstr(message));
      is_right = 0;
    } else if (message->partition >= PARTITIONS || message->offset != next[message->partition]++ || message->len != bytes) {
      fprintf(stderr, "real: partition %d has offset %lld with %zu bytes out of turn\n", message->partition, (long long)message->offset, message->len);
      is_right = 0;
    }
    rd_kafka_message_destroy(message);
  }
  return is_right;
}

static int run_consumer(const char *port, long messages, size_t bytes) {
  rd_kafka_conf_t *conf = client_settings(port);
  set(conf, "group.id", topic_name);
  set(conf, "enable.auto.commit", "false");
  set(conf, "fetch.wait.max.ms", "50");
  rd_kafka_t *client = make(RD_KAFKA_CONSUMER, conf);
  rd_kafka_poll_set_consumer(client);
  rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(PARTITIONS);
  for (int i = 0; i < PARTITIONS; i++) rd_kafka_topic_partition_list_add(partitions, topic_name, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(client);
  rd_kafka_message_t *batch[BATCH];
  int64_t next[PARTITIONS] = {0};
  long consumed = 0;
  long long begin = nanoseconds(), took = 0, deadline = begin + (long long)PATIENCE_MS * 1000000;
  if (rd_kafka_assign(client, partitions)) return 1;
  while (consumed < messages && nanoseconds() < deadline) {
    ssize_t n = rd_kafka_consume_batch_queue(queue, 100, batch, BATCH);
    if (n < 0 || !take(batch, n, next, bytes)) return 1;
    consumed += n;
  }
  took = nanoseconds() - begin;
  /* What comes now was never produced. */
  ssize_t more = consumed < messages ? 0 : rd_kafka_consume_batch_queue(queue, SILENCE_MS, batch, 1);
  if (more > 0) take(batch, more, next, bytes);
  rd_kafka_queue_destroy(queue);
  rd_kafka_topic_partition_list_destroy(partitions);
  rd_kafka_consumer_close(client);
  rd_kafka_destroy(client);
  if (consumed != messages || more != 0) {
    fprintf(stderr, "real: %ld of %ld messages consumed, and %zd more\n", consumed, messages, more);
    return 1;
  }
  printf("%lld\n", took);
  return 0;
}

int main(int count, char **arguments) {
  if (count == 2 && !strcmp(arguments[1], "cluster")) return run_cluster();
  if (count == 6) {
    through = atoi(arguments[3]);
    long messages = atol(arguments[4]), bytes = atol(arguments[5]);
    if (messages < 1 || bytes < 0 || messages / PARTITIONS * (bytes + RECORD_OVERHEAD) > PARTITION_BYTES) {
      fprintf(stderr, "real: the mock cluster keeps %d bytes of each of %d partitions\n", PARTITION_BYTES, PARTITIONS);
      return 64;
    }
    if (!strcmp(arguments[1], "produce")) return run_producer(arguments[2], messages, (size_t)bytes);
    if (!strcmp(arguments[1], "consume")) return run_consumer(arguments[2], messages, (size_t)bytes);
  }
  fprintf(stderr, "real: usage: real cluster | real produce|consume PORT THROUGH MESSAGES BYTES\n");
  return 64;
}
