"""Writes bodies of every message that kafka-python knows with its own protocol classes, one JSON line each.

A line has the API key, version and kind, the bytes as hex, and the values that were put in, in the order of the fields; the elements of
a list stand behind their number. The first argument seeds the values. Needs Debian's python3-kafka.
"""

import base64
import importlib
import json
import pkgutil
import random
import sys

import kafka.protocol
from kafka.protocol import types
from kafka.protocol.api import Request, Response

RANDOM = random.Random(int(sys.argv[1]))
PER_MESSAGE = 5


def number(bits):
    return RANDOM.randrange(-(1 << (bits - 1)), 1 << (bits - 1)) >> RANDOM.randrange(bits)


def make(kind):
    """A value of a type: as the class wants it, and in the order of its fields."""
    if isinstance(kind, types.Array):
        # It names the type of Fetch's forgotten topics in a way that it cannot write itself: those lists stay empty.
        fields = getattr(kind.array_of, "fields", [])
        both = [make(kind.array_of) for _ in range(0 if types.String in fields else RANDOM.randrange(4))]
        return [one[0] for one in both], [len(both), *(value for one in both for value in one[1])]
    if isinstance(kind, types.Schema):
        both = [make(field) for field in kind.fields]
        return tuple(one[0] for one in both), [value for one in both for value in one[1]]
    if isinstance(kind, types.String):
        value = "".join(RANDOM.choices("abcz09.-_\u00fc\u4e2d", k=RANDOM.choice([0, 3, 12, 300])))
        return value, [value]
    if kind is types.Bytes:
        value = RANDOM.randbytes(RANDOM.choice([0, 3, 90, 700]))
        return value, [base64.b64encode(value).decode()]
    if kind is types.Boolean:
        # Where Kafka has since made a number of it, the byte is the same.
        value = RANDOM.choice([False, True])
        return value, [int(value)]
    value = number({types.Int8: 8, types.Int16: 16, types.Int32: 32, types.Int64: 64}[kind])
    return value, [value]


def every(base):
    for one in base.__subclasses__():
        yield from every(one)
        if isinstance(getattr(one, "API_KEY", None), int) and isinstance(one.API_VERSION, int):
            yield one


for module in pkgutil.iter_modules(kafka.protocol.__path__):
    importlib.import_module("kafka.protocol." + module.name)
for name, base in (("request", Request), ("response", Response)):
    for message in sorted(set(every(base)), key=lambda one: (one.API_KEY, one.API_VERSION)):
        for _ in range(PER_MESSAGE):
            arguments, values = make(message.SCHEMA)
            print(json.dumps({
                "class": message.__name__, "apiKey": message.API_KEY, "version": message.API_VERSION, "kind": name,
                "hex": message.SCHEMA.encode(arguments).hex(), "values": values,
            }))
