/* The broker of the relay bench: answers Produce 9 and Fetch 12 at once, in order, and drops what it is given.
 *   broker [PORT]    prints `port N`, ends when standard input ends. One thread, epoll, nothing allocated per request. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "wire.h"

enum { PENDING_MAX = 256, EVENTS = 256, RECEIVE = 256 * 1024 };

struct connection {
  int fd;
  size_t gathered, wanted, skip;          /* of the request being read */
  uint32_t head, tail;                    /* responses to send: a ring */
  uint32_t correlation[PENDING_MAX];
  const struct bytes *answer[PENDING_MAX];
  size_t sent;                            /* of the first of them */
  unsigned char start[RESPONSE_START];
  unsigned char request[];                /* FETCH_FRAME_MAX bytes, made when a Fetch comes */
};

static unsigned char input[RECEIVE];
static struct bytes produced;
static struct { uint32_t partitions, bytes; struct bytes answer; } fetched;

static void refuse(struct connection *c, const char *why) {
  fprintf(stderr, "broker: %s\n", why);
  close(c->fd);
  exit(1);
}

/* The answer to a Fetch request: partitions and bytes as the request says; one size at a time is kept. */
static const struct bytes *answer_fetch(struct connection *c, size_t length) {
  const unsigned char *at = c->request + REQUEST_START, *end = c->request + length;
  uint64_t n, client = get_int(at, 2);
  at += 2 + client + 1 + 8;
  uint32_t bytes = (uint32_t)get_int(at, 4);
  at += 4 + 4 + 1 + 8 + 1;
  at += get_uvarint(at, &n);
  if (n < 1 || at + n > end) refuse(c, "a Fetch request that this broker does not understand");
  char topic[256] = {0};
  memcpy(topic, at, n - 1);
  at += n - 1;
  get_uvarint(at, &n);
  if (fetched.partitions != n - 1 || fetched.bytes != bytes) {
    struct batch batch = make_batch(bytes);
    free(fetched.answer.at);
    fetched.answer = fetch_response(&batch, topic, (uint32_t)n - 1);
    fetched.partitions = (uint32_t)n - 1;
    fetched.bytes = bytes;
    free(batch.bytes.at);
  }
  return &fetched.answer;
}

static void flush_answers(struct connection *c) {
  while (c->head != c->tail) {
    const struct bytes *answer = c->answer[c->head % PENDING_MAX];
    memcpy(c->start, answer->at, SIZE_BYTES);
    set_int(c->start + SIZE_BYTES, c->correlation[c->head % PENDING_MAX], 4);
    struct iovec parts[2];
    int count = 0;
    size_t at = c->sent;
    if (at < RESPONSE_START) {
      parts[count++] = (struct iovec){c->start + at, RESPONSE_START - at};
      at = RESPONSE_START;
    }
    parts[count++] = (struct iovec){answer->at + at, answer->length - at};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
    ssize_t n = sendmsg(c->fd, &message, MSG_NOSIGNAL);
    if (n < 0) return; /* full: its event comes; broken: reading tells */
    c->sent += (size_t)n;
    if (c->sent == answer->length) {
      c->sent = 0;
      c->head++;
    }
  }
}

/* A whole request, or the part of it that says what to answer, is there. */
static void take_request(struct connection *c) {
  int key = (int)get_int(c->request + 4, 2), version = (int)get_int(c->request + 6, 2);
  if (c->tail - c->head == PENDING_MAX) refuse(c, "too many requests in flight");
  const struct bytes *answer = &produced;
  if (key == FETCH && version == FETCH_VERSION) answer = answer_fetch(c, c->gathered);
  else if (key != PRODUCE || version != PRODUCE_VERSION) refuse(c, "a request that this broker does not know");
  c->answer[c->tail % PENDING_MAX] = answer;
  c->correlation[c->tail++ % PENDING_MAX] = (uint32_t)get_int(c->request + 8, 4);
  c->gathered = 0;
  c->wanted = REQUEST_START;
}

static void take_bytes(struct connection *c, const unsigned char *at, size_t n) {
  while (n) {
    size_t step;
    if (c->skip) {
      step = n < c->skip ? n : c->skip;
      c->skip -= step;
      if (!c->skip) take_request(c);
    } else {
      step = c->wanted - c->gathered;
      if (n < step) step = n;
      memcpy(c->request + c->gathered, at, step);
      c->gathered += step;
      if (c->gathered == REQUEST_START && c->wanted == REQUEST_START) {
        size_t frame = SIZE_BYTES + get_int(c->request, 4);
        if (get_int(c->request + 4, 2) == FETCH) {
          if (frame > FETCH_FRAME_MAX) refuse(c, "a Fetch request that is too long");
          c->wanted = frame;
        } else {
          c->skip = frame - REQUEST_START;
        }
      } else if (c->gathered == c->wanted) {
        take_request(c);
      }
    }
    at += step;
    n -= step;
  }
}

/* Returns 0 when the connection has ended. */
static int receive(struct connection *c) {
  for (;;) {
    ssize_t n = recv(c->fd, input, sizeof input, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) return 0;
    if (n < 0) return 1;
    take_bytes(c, input, (size_t)n);
    flush_answers(c);
    if ((size_t)n < sizeof input) return 1;
  }
}

static void accept_all(int listener, int epoll) {
  int fd, on = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c + FETCH_FRAME_MAX);
    if (!c) die("calloc");
    c->fd = fd;
    c->wanted = REQUEST_START;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
  }
}

int main(int count, char **arguments) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons((uint16_t)(count > 1 ? atoi(arguments[1]) : 0));
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (void *)&address, length) || listen(listener, 4096)) die("listen");
  if (getsockname(listener, (void *)&address, &length)) die("getsockname");
  produced = produce_response("t");
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event)) die("epoll_ctl");
  event.data.ptr = &produced; /* stands for standard input */
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event)) die("standard input must be a pipe");
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);

  struct epoll_event events[EVENTS];
  for (;;) {
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) accept_all(listener, epoll);
      else if ((void *)c == (void *)&produced) return 0;
      else {
        if (events[i].events & EPOLLOUT) flush_answers(c);
        if ((events[i].events & ~(uint32_t)EPOLLOUT) && !receive(c)) {
          close(c->fd);
          free(c);
        }
      }
    }
  }
}
