/* librdkafka for the relay bench.
 *   real cluster                                   a mock cluster of one broker: prints its port, ends when standard input ends
 *   real produce PORT THROUGH MESSAGES BYTES       a producer for the cluster at PORT that connects to THROUGH instead: prints
 *                                                  the nanoseconds until all messages were acknowledged */
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

static int through;
static long delivered, failed;

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char error[512];
  if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) {
    fprintf(stderr, "real: %s\n", error);
    exit(1);
  }
}

static rd_kafka_t *producer(rd_kafka_conf_t *conf) {
  char error[512];
  rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
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
  rd_kafka_t *client = producer(conf);
  rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(client, 1);
  const char *bootstraps = rd_kafka_mock_cluster_bootstraps(cluster);
  printf("%s\n", strrchr(bootstraps, ':') + 1);
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(client);
  return 0;
}

static int run_producer(const char *port, long messages, size_t bytes) {
  char bootstraps[64];
  snprintf(bootstraps, sizeof bootstraps, "127.0.0.1:%s", port);
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", bootstraps);
  set(conf, "client.id", "bench");
  set(conf, "linger.ms", "5");
  set(conf, "queue.buffering.max.messages", "1000000");
  rd_kafka_conf_set_connect_cb(conf, connect_through);
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  rd_kafka_t *client = producer(conf);
  rd_kafka_topic_t *topic = rd_kafka_topic_new(client, "bench", NULL);
  char *payload = malloc(bytes);
  memset(payload, 'k', bytes);
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (long i = 0; i < messages; i++) {
    while (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, payload, bytes, NULL, 0, NULL)) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) return 1;
      rd_kafka_poll(client, 10);
    }
    if (i % 1000 == 0) rd_kafka_poll(client, 0);
  }
  rd_kafka_flush(client, 30000);
  clock_gettime(CLOCK_MONOTONIC, &end);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(client);
  free(payload);
  if (delivered != messages || failed) {
    fprintf(stderr, "real: %ld of %ld messages delivered, %ld failed\n", delivered, messages, failed);
    return 1;
  }
  printf("%lld\n", (long long)(end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec);
  return 0;
}

int main(int count, char **arguments) {
  if (count == 2 && !strcmp(arguments[1], "cluster")) return run_cluster();
  if (count == 6 && !strcmp(arguments[1], "produce")) {
    through = atoi(arguments[3]);
    return run_producer(arguments[2], atol(arguments[4]), (size_t)atol(arguments[5]));
  }
  fprintf(stderr, "real: usage: real cluster | real produce PORT THROUGH MESSAGES BYTES\n");
  return 64;
}
