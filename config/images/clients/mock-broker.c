/* A Kafka broker process for tests: librdkafka's mock cluster, reachable from other machines.
 *
 * usage: kafkamesh-mock-broker ADDRESS [BROKERS] [TOPIC:PARTITIONS]...
 *
 * The mock cluster binds 127.0.0.1 with a port of the kernel's choice and advertises what it bound. The bind() below takes its place: a loopback
 * address with port 0 becomes ADDRESS with port 9092, then 9093 and so on; librdkafka reads the bound address back, so bootstraps and Metadata name it.
 * The process ends on SIGTERM or SIGINT. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { EXIT_USAGE = 64, FIRST_PORT = 9092, MAX_BROKERS = 16, MAX_PARTITIONS = 1000 };

static struct in_addr advertised;
static int next_port = FIRST_PORT;

int bind(int fd, const struct sockaddr *address, socklen_t length) {
    static int (*real_bind)(int, const struct sockaddr *, socklen_t);
    if (real_bind == NULL) *(void **)&real_bind = dlsym(RTLD_NEXT, "bind");
    const struct sockaddr_in *in = (const struct sockaddr_in *)address;
    if (length < sizeof *in || in->sin_family != AF_INET || in->sin_addr.s_addr != htonl(INADDR_LOOPBACK) || in->sin_port != 0)
        return real_bind(fd, address, length);
    struct sockaddr_in public = *in;
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    public.sin_addr = advertised;
    public.sin_port = htons(next_port++);
    return real_bind(fd, (struct sockaddr *)&public, sizeof public);
}

static long number(const char *text, long most, const char *what) {
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < 1 || value > most) {
        fprintf(stderr, "kafkamesh-mock-broker: %s is '%s': give a number from 1 to %ld\n", what, text, most);
        exit(EXIT_USAGE);
    }
    return value;
}

static void create_topic(rd_kafka_mock_cluster_t *cluster, const char *argument, int brokers) {
    char name[250];
    const char *colon = strchr(argument, ':');
    if (colon == NULL || colon == argument || (size_t)(colon - argument) >= sizeof name) {
        fprintf(stderr, "kafkamesh-mock-broker: '%s' is no topic: write NAME:PARTITIONS\n", argument);
        exit(EXIT_USAGE);
    }
    memcpy(name, argument, colon - argument);
    name[colon - argument] = '\0';
    long partitions = number(colon + 1, MAX_PARTITIONS, "the number of partitions");
    rd_kafka_resp_err_t error = rd_kafka_mock_topic_create(cluster, name, (int)partitions, brokers < 3 ? brokers : 3);
    if (error) {
        fprintf(stderr, "kafkamesh-mock-broker: topic %s: %s\n", name, rd_kafka_err2str(error));
        exit(EXIT_FAILURE);
    }
}

int main(int count, char **arguments) {
    if (count < 2 || inet_pton(AF_INET, arguments[1], &advertised) != 1) {
        fprintf(stderr, "usage: kafkamesh-mock-broker IPV4-ADDRESS [BROKERS] [TOPIC:PARTITIONS]...\n");
        return EXIT_USAGE;
    }
    int brokers = count > 2 ? (int)number(arguments[2], MAX_BROKERS, "the number of brokers") : 1;

    /* Blocked before librdkafka starts its threads, so that only sigwait below sees them. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    char error[512];
    rd_kafka_t *host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof error);
    rd_kafka_mock_cluster_t *cluster = host ? rd_kafka_mock_cluster_new(host, brokers) : NULL;
    if (cluster == NULL) {
        fprintf(stderr, "kafkamesh-mock-broker: cannot start: %s\n", host ? "no broker could listen" : error);
        return EXIT_FAILURE;
    }
    for (int i = 3; i < count; i++) create_topic(cluster, arguments[i], brokers);
    printf("listening on %s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);

    int received;
    sigwait(&signals, &received);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(host);
    return EXIT_SUCCESS;
}
