/* Kafka frames for the load generator and its broker: Produce 9, Fetch 12, and record batches of magic 2 with a valid CRC.
 * Field order: Kafka's message definitions (ProduceRequest.json, FetchRequest.json, and their responses). */
#ifndef KAFKAMESH_WIRE_H
#define KAFKAMESH_WIRE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCE = 0, FETCH = 1, PRODUCE_VERSION = 9, FETCH_VERSION = 12, BATCH_HEADER = 61, VALUE_BYTES = 1000 };

/* A frame begins with its size and, in requests, key, version and correlation id; in responses with the correlation id. */
enum { SIZE_BYTES = 4, REQUEST_START = 12, RESPONSE_START = 8 };

/* In a Fetch request that fetch_request() made: where the broker finds how much to answer. */
enum { FETCH_FRAME_MAX = 4096 };

struct bytes { unsigned char *at; size_t length, capacity; };

/* One record batch: its bytes and how many records it holds. */
struct batch { struct bytes bytes; uint32_t records; };

static inline void die(const char *what) { perror(what); exit(1); }

static inline void put(struct bytes *b, const void *from, size_t n) {
  if (b->length + n > b->capacity) {
    b->capacity = (b->length + n) * 2;
    if (!(b->at = realloc(b->at, b->capacity))) die("realloc");
  }
  memcpy(b->at + b->length, from, n);
  b->length += n;
}

static inline void put_int(struct bytes *b, uint64_t value, int bytes) {
  unsigned char big[8];
  for (int i = 0; i < bytes; i++) big[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
  put(b, big, (size_t)bytes);
}

static inline void put_uvarint(struct bytes *b, uint64_t value) {
  unsigned char byte;
  do {
    byte = (unsigned char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    put(b, &byte, 1);
    value >>= 7;
  } while (value);
}

static inline void put_varint(struct bytes *b, int64_t value) { put_uvarint(b, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63)); }

static inline void put_text(struct bytes *b, const char *text) { /* compact string: length + 1 */
  put_uvarint(b, strlen(text) + 1);
  put(b, text, strlen(text));
}

static inline uint64_t get_int(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

static inline void set_int(unsigned char *at, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--, value >>= 8) at[i] = (unsigned char)value;
}

static inline size_t get_uvarint(const unsigned char *at, uint64_t *value) {
  size_t n = 0;
  *value = 0;
  do *value |= (uint64_t)(at[n] & 0x7f) << (7 * n); while (at[n++] & 0x80);
  return n;
}

static inline uint32_t crc32c(const unsigned char *at, size_t n) {
  uint32_t crc = ~0u;
  while (n--) {
    crc ^= *at++;
    for (int i = 0; i < 8; i++) crc = crc >> 1 ^ (0x82f63b78u & -(crc & 1));
  }
  return ~crc;
}

static inline size_t record_bytes(size_t value) {
  struct bytes body = {0};
  put_int(&body, 0, 1);
  put_varint(&body, 0);
  put_varint(&body, 0);
  put_varint(&body, -1);
  put_varint(&body, (int64_t)value);
  size_t inner = body.length + value + 1;
  body.length = 0;
  put_varint(&body, (int64_t)inner);
  size_t total = body.length + inner;
  free(body.at);
  return total;
}

static inline void put_record(struct bytes *b, size_t value, uint32_t offset) {
  struct bytes body = {0};
  put_int(&body, 0, 1);                 /* attributes */
  put_varint(&body, 0);                 /* timestamp delta */
  put_varint(&body, (int64_t)offset);   /* offset delta */
  put_varint(&body, -1);                /* no key */
  put_varint(&body, (int64_t)value);
  for (size_t i = 0; i < value; i++) put_int(&body, 'a' + (offset + i) % 26, 1);
  put_varint(&body, 0);                 /* no headers */
  put_varint(b, (int64_t)body.length);
  put(b, body.at, body.length);
  free(body.at);
}

/* A record batch of about `size` bytes, never more unless one record of one byte needs it. */
static inline struct batch make_batch(size_t size) {
  struct batch made = {0};
  struct bytes *b = &made.bytes;
  unsigned char zero[BATCH_HEADER] = {0};
  put(b, zero, sizeof zero);
  do {
    size_t room = size > b->length ? size - b->length : 0, value = VALUE_BYTES;
    while (value > 1 && record_bytes(value) + 2 > room) value--; /* 2: a long offset delta */
    put_record(b, value, made.records++);
  } while (size > b->length + record_bytes(VALUE_BYTES));
  set_int(b->at + 8, b->length - 12, 4);      /* batch length */
  b->at[16] = 2;                              /* magic */
  set_int(b->at + 23, made.records - 1, 4);   /* last offset delta */
  set_int(b->at + 27, 1700000000000ull, 8);   /* base timestamp */
  set_int(b->at + 35, 1700000000000ull, 8);   /* max timestamp */
  set_int(b->at + 43, ~0ull, 8);              /* producer id, epoch, base sequence: none */
  set_int(b->at + 51, ~0ull, 2);
  set_int(b->at + 53, ~0ull, 4);
  set_int(b->at + 57, made.records, 4);
  set_int(b->at + 17, crc32c(b->at + 21, b->length - 21), 4);
  return made;
}

static inline void begin_request(struct bytes *b, int key, int version, const char *client) {
  put_int(b, 0, 4); /* size, set at the end */
  put_int(b, (uint64_t)key, 2);
  put_int(b, (uint64_t)version, 2);
  put_int(b, 0, 4); /* correlation id, set for each request */
  put_int(b, strlen(client), 2);
  put(b, client, strlen(client));
  put_uvarint(b, 0);
}

static inline void end_frame(struct bytes *b) { set_int(b->at, b->length - SIZE_BYTES, 4); }

/* Produce 9, acks 1, one topic, partition 0, one batch. */
static inline struct bytes produce_request(const struct batch *batch, const char *client, const char *topic) {
  struct bytes b = {0};
  begin_request(&b, PRODUCE, PRODUCE_VERSION, client);
  put_uvarint(&b, 0);      /* no transaction */
  put_int(&b, 1, 2);       /* acks */
  put_int(&b, 30000, 4);   /* timeout */
  put_uvarint(&b, 2);      /* one topic */
  put_text(&b, topic);
  put_uvarint(&b, 2);      /* one partition */
  put_int(&b, 0, 4);
  put_uvarint(&b, batch->bytes.length + 1);
  put(&b, batch->bytes.at, batch->bytes.length);
  put(&b, "\0\0\0", 3);    /* tags of partition, topic, request */
  end_frame(&b);
  return b;
}

static inline struct bytes produce_response(const char *topic) {
  struct bytes b = {0};
  put_int(&b, 0, 4);
  put_int(&b, 0, 4);
  put_uvarint(&b, 0);
  put_uvarint(&b, 2);
  put_text(&b, topic);
  put_uvarint(&b, 2);
  put_int(&b, 0, 4);       /* partition */
  put_int(&b, 0, 2);       /* no error */
  put_int(&b, 1, 8);       /* base offset */
  put_int(&b, ~0ull, 8);   /* log append time: none */
  put_int(&b, 0, 8);       /* log start offset */
  put_uvarint(&b, 1);      /* no record errors */
  put_uvarint(&b, 0);      /* no message */
  put(&b, "\0\0", 2);
  put_int(&b, 0, 4);       /* throttle time */
  put_uvarint(&b, 0);
  end_frame(&b);
  return b;
}

/* Fetch 12 of partitions 0 to n - 1, `bytes` of each. */
static inline struct bytes fetch_request(const char *client, const char *topic, uint32_t partitions, uint32_t bytes) {
  struct bytes b = {0};
  begin_request(&b, FETCH, FETCH_VERSION, client);
  put_int(&b, ~0ull, 4);   /* replica id: a consumer */
  put_int(&b, 500, 4);     /* max wait */
  put_int(&b, bytes, 4);   /* min bytes: of one partition, see fetch_response() */
  put_int(&b, 0x7fffffff, 4);
  put_int(&b, 0, 1);       /* isolation level */
  put_int(&b, 0, 4);       /* session id and epoch */
  put_int(&b, ~0ull, 4);
  put_uvarint(&b, 2);
  put_text(&b, topic);
  put_uvarint(&b, partitions + 1);
  for (uint32_t i = 0; i < partitions; i++) {
    put_int(&b, i, 4);
    put_int(&b, ~0ull, 4); /* leader epoch */
    put_int(&b, 0, 8);     /* fetch offset */
    put_int(&b, ~0ull, 4); /* last fetched epoch */
    put_int(&b, ~0ull, 8); /* log start offset */
    put_int(&b, bytes, 4); /* partition max bytes */
    put_uvarint(&b, 0);
  }
  put_uvarint(&b, 0);
  put_uvarint(&b, 1);      /* no forgotten topics */
  put_uvarint(&b, 1);      /* no rack */
  put_uvarint(&b, 0);
  end_frame(&b);
  return b;
}

static inline struct bytes fetch_response(const struct batch *batch, const char *topic, uint32_t partitions) {
  struct bytes b = {0};
  put_int(&b, 0, 4);
  put_int(&b, 0, 4);
  put_uvarint(&b, 0);
  put_int(&b, 0, 4);       /* throttle time */
  put_int(&b, 0, 2);       /* no error */
  put_int(&b, 0, 4);       /* session id */
  put_uvarint(&b, 2);
  put_text(&b, topic);
  put_uvarint(&b, partitions + 1);
  for (uint32_t i = 0; i < partitions; i++) {
    put_int(&b, i, 4);
    put_int(&b, 0, 2);
    put_int(&b, batch->records, 8); /* high watermark, last stable offset, log start offset */
    put_int(&b, batch->records, 8);
    put_int(&b, 0, 8);
    put_uvarint(&b, 1);    /* no aborted transactions */
    put_int(&b, ~0ull, 4); /* preferred read replica: none */
    put_uvarint(&b, batch->bytes.length + 1);
    put(&b, batch->bytes.at, batch->bytes.length);
    put_uvarint(&b, 0);
  }
  put(&b, "\0\0", 2);
  end_frame(&b);
  return b;
}

#endif
