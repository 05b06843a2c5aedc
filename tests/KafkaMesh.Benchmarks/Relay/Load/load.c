/* The client of the relay bench: real Kafka requests over N connections, each with a window of requests in flight.
 *   load PORT CONNECTIONS produce|fetch BYTES PARTITIONS WINDOW
 *     BYTES: of a record batch (the smallest request has about 100). Opens the connections, exchanges one request on each,
 *     prints `open`; for every line `run SECONDS` on standard input prints one line of figures; resets the connections at its end.
 *   load start PORT COMMAND [ARGUMENT...]
 *     Starts the command and prints the nanoseconds until a first request through PORT was answered; then ends it.
 * One thread, epoll, nothing allocated per request. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

enum { WINDOW_MAX = 64, EVENTS = 256, RECEIVE = 256 * 1024, SAMPLES = 8 * 1024 * 1024 };

struct connection {
  int fd;
  uint32_t next, answered;           /* correlation ids */
  size_t sent;                       /* of request next */
  int is_sending;
  unsigned char start[REQUEST_START];
  size_t gathered, skip;             /* of the response being read */
  unsigned char answer[RESPONSE_START];
  uint64_t sent_at[WINDOW_MAX];
};

static unsigned char input[RECEIVE];
static struct bytes request;
static struct connection *connections;
static uint32_t count, window;
static uint32_t *samples;
static size_t sampled;
static uint64_t requests, responses, request_bytes, response_bytes, deadline;
static int epoll;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s\n", what);
  exit(1);
}

static int dial(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  if (fd < 0) die("socket");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  /* A reset at the end leaves no socket in TIME_WAIT: thousands of connections per round would use up the ports. */
  struct linger reset = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (!connect(fd, (void *)&address, sizeof address)) return fd;
  close(fd);
  return -1;
}

static void receive_whole(int fd, unsigned char *at, size_t n) {
  while (n) {
    ssize_t got = recv(fd, at, n, 0);
    if (got <= 0) fail("the connection ended before its first response");
    at += got;
    n -= (size_t)got;
  }
}

/* One request and its response, waiting for both. */
static void exchange(struct connection *c) {
  memcpy(c->start, request.at, REQUEST_START);
  set_int(c->start + 8, c->next, 4);
  struct iovec parts[2] = {{c->start, REQUEST_START}, {request.at + REQUEST_START, request.length - REQUEST_START}};
  if (writev(c->fd, parts, 2) != (ssize_t)request.length) fail("the first request was not taken");
  receive_whole(c->fd, c->answer, RESPONSE_START);
  size_t left = SIZE_BYTES + get_int(c->answer, 4) - RESPONSE_START;
  requests++;
  responses++;
  request_bytes += request.length - SIZE_BYTES;
  response_bytes += left + RESPONSE_START - SIZE_BYTES;
  while (left) {
    size_t step = left < sizeof input ? left : sizeof input;
    receive_whole(c->fd, input, step);
    left -= step;
  }
  c->answered = ++c->next;
}

static void send_requests(struct connection *c) {
  for (;;) {
    if (!c->is_sending) {
      if (c->next - c->answered == window) return;
      uint64_t t = now();
      if (t >= deadline) return;
      c->sent_at[c->next % WINDOW_MAX] = t;
      set_int(c->start + 8, c->next, 4);
      c->is_sending = 1;
      c->sent = 0;
    }
    struct iovec parts[2];
    int n = 0;
    size_t at = c->sent;
    if (at < REQUEST_START) {
      parts[n++] = (struct iovec){c->start + at, REQUEST_START - at};
      at = REQUEST_START;
    }
    parts[n++] = (struct iovec){request.at + at, request.length - at};
    ssize_t wrote = writev(c->fd, parts, n);
    if (wrote < 0) {
      if (errno == EAGAIN) return;
      die("load: writev");
    }
    c->sent += (size_t)wrote;
    if (c->sent < request.length) continue;
    c->is_sending = 0;
    c->next++;
    requests++;
    request_bytes += request.length - SIZE_BYTES;
  }
}

static void end_response(struct connection *c, uint64_t t) {
  if (sampled < SAMPLES) samples[sampled++] = (uint32_t)(t - c->sent_at[c->answered % WINDOW_MAX]);
  c->answered++;
  c->gathered = 0;
  responses++;
}

static void take_bytes(struct connection *c, const unsigned char *at, size_t n, uint64_t t) {
  while (n) {
    size_t step;
    if (c->gathered < RESPONSE_START) {
      step = RESPONSE_START - c->gathered;
      if (n < step) step = n;
      memcpy(c->answer + c->gathered, at, step);
      c->gathered += step;
      if (c->gathered == RESPONSE_START) {
        size_t size = get_int(c->answer, 4);
        if (get_int(c->answer + 4, 4) != c->answered) fail("a response that answers another request");
        c->skip = size - (RESPONSE_START - SIZE_BYTES);
        response_bytes += size;
      }
    } else {
      step = n < c->skip ? n : c->skip;
      c->skip -= step;
      if (!c->skip) end_response(c, t);
    }
    at += step;
    n -= step;
  }
}

static void receive(struct connection *c) {
  for (;;) {
    ssize_t n = recv(c->fd, input, sizeof input, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) fail("the connection ended under load");
    take_bytes(c, input, (size_t)n, now());
    if ((size_t)n < sizeof input) return;
  }
}

static int by_value(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static uint32_t percentile(double p) { return sampled ? samples[(size_t)((double)(sampled - 1) * p)] : 0; }

static void run(double seconds) {
  struct epoll_event events[EVENTS];
  uint64_t before = responses, begin = now();
  sampled = 0;
  deadline = begin + (uint64_t)(seconds * 1e9);
  for (uint32_t i = 0; i < count; i++) send_requests(&connections[i]);
  while (responses < requests || now() < deadline) {
    int ready = epoll_wait(epoll, events, EVENTS, 10000);
    if (ready == 0) fail("no response for ten seconds");
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (events[i].events & ~(uint32_t)EPOLLOUT) receive(c);
      send_requests(c);
    }
  }
  uint64_t took = now() - begin;
  qsort(samples, sampled, sizeof *samples, by_value);
  printf("{\"nanoseconds\":%llu,\"exchanges\":%llu,\"requests\":%llu,\"responses\":%llu,\"requestBytes\":%llu,\"responseBytes\":%llu,"
         "\"p50\":%u,\"p99\":%u,\"p999\":%u}\n",
         (unsigned long long)took, (unsigned long long)(responses - before), (unsigned long long)requests, (unsigned long long)responses,
         (unsigned long long)request_bytes, (unsigned long long)response_bytes, percentile(0.5), percentile(0.99), percentile(0.999));
  fflush(stdout);
}

static int start(int port, char **command) {
  struct batch batch = make_batch(0);
  request = produce_request(&batch, "b", "t");
  uint64_t begin = now();
  pid_t child = fork();
  if (child == 0) {
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(nothing, 1);
    dup2(nothing, 2);
    execvp(command[0], command);
    _exit(127);
  }
  struct connection c = {0};
  while ((c.fd = dial(port)) < 0) {
    struct timespec pause = {0, 200000};
    nanosleep(&pause, NULL);
    if (waitpid(child, NULL, WNOHANG) || now() - begin > 10000000000u) fail("the program did not come up");
  }
  exchange(&c);
  uint64_t took = now() - begin;
  close(c.fd);
  kill(child, SIGTERM);
  for (int i = 0; i < 300 && !waitpid(child, NULL, WNOHANG); i++) usleep(10000);
  printf("%llu\n", (unsigned long long)took);
  return 0;
}

int main(int argc, char **arguments) {
  if (argc > 3 && !strcmp(arguments[1], "start")) return start(atoi(arguments[2]), arguments + 3);
  if (argc != 7) fail("usage: load PORT CONNECTIONS produce|fetch BYTES PARTITIONS WINDOW");
  uint32_t bytes = (uint32_t)atoi(arguments[4]), partitions = (uint32_t)atoi(arguments[5]);
  count = (uint32_t)atoi(arguments[2]);
  window = (uint32_t)atoi(arguments[6]);
  if (window < 1 || window > WINDOW_MAX) fail("a window of 1 to 64");
  struct batch batch = make_batch(bytes);
  request = strcmp(arguments[3], "fetch") ? produce_request(&batch, "b", "t") : fetch_request("b", "t", partitions, bytes);
  connections = calloc(count, sizeof *connections);
  samples = malloc(SAMPLES * sizeof *samples);
  epoll = epoll_create1(0);
  if (!connections || !samples || epoll < 0) die("load");
  for (uint32_t i = 0; i < count; i++) {
    struct connection *c = &connections[i];
    if ((c->fd = dial(atoi(arguments[1]))) < 0) die("load: connect");
    exchange(c);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event)) die("epoll_ctl");
  }
  printf("open %zu %u %zu\n", request.length - SIZE_BYTES, batch.records, batch.bytes.length);
  fflush(stdout);

  char line[64];
  double seconds;
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "run %lf", &seconds) == 1) run(seconds);
  }
  return 0;
}
