"""Writes records fields with kafka-python's own builders, one JSON line each: name, hex, and the records that were put in.

The first argument seeds the values. Needs Debian's python3-kafka, python3-snappy, python3-lz4, python3-xxhash and python3-zstandard.
"""

import base64
import json
import random
import sys

from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.legacy_records import LegacyRecordBatchBuilder

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
RANDOM = random.Random(int(sys.argv[1]))


def maybe(size):
    """None, nothing, text that compresses, or bytes that do not."""
    return RANDOM.choice([None, b"", b"kafka mesh " * RANDOM.randrange(size), RANDOM.randbytes(RANDOM.randrange(size))])


def headers():
    return [(RANDOM.choice(["", "h", "\u00fc"]), maybe(9)) for _ in range(RANDOM.choice([0, 0, 1, 3]))]


def text(value):
    return None if value is None else base64.b64encode(value).decode()


def build(magic, codec, count):
    if magic == 2:
        builder = DefaultRecordBatchBuilder(magic, codec, int(RANDOM.random() < 0.5), 5, 1, 7, 1 << 22)
    else:
        builder = LegacyRecordBatchBuilder(magic, codec, 1 << 22)
    records = []
    for offset in range(count):
        timestamp = RANDOM.choice([0, 1600000000000 + RANDOM.randrange(10**6), 2**40])
        key, value, pairs = maybe(20), maybe(3000), headers() if magic == 2 else []
        builder.append(offset, timestamp, key, value, pairs)
        pairs = [[name, text(content)] for name, content in pairs]
        records.append([offset, -1 if magic == 0 else timestamp, text(key), text(value), pairs])
    return bytes(builder.build()), records


def main():
    fields = []
    for magic in range(3):
        for codec, name in enumerate(CODECS if magic == 2 else CODECS[:4]):
            for count in (1, 2, 40):
                fields.append((f"magic {magic} {name} {count}", *build(magic, codec, count)))
    whole = b"".join(field for _, field, _ in fields)
    records = [record for _, _, batch in fields for record in batch]
    fields.append(("all magics in one field", whole, records))
    fields.append(("last batch cut", whole[: -RANDOM.randrange(1, 60)], records[: -len(fields[-2][2])]))
    for name, field, expected in fields:
        print(json.dumps({"name": name, "hex": field.hex(), "records": expected}))


main()
