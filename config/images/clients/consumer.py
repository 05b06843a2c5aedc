"""Consumes a topic in a group until SIGTERM, or COUNT messages; prints librdkafka's statistics as JSON lines.

Environment: BOOTSTRAP_SERVERS (required), TOPIC (default orders), GROUP_ID (default readers), COUNT (default: no end), RATE messages a second at most
(default: no limit), CLIENT_ID (default consumer), STATISTICS_SECONDS (default 5).
"""
import os
import signal
import sys
import threading

from confluent_kafka import Consumer, KafkaError

stopping = threading.Event()


def main():
    settings = os.environ
    if "BOOTSTRAP_SERVERS" not in settings:
        sys.exit("consumer.py: BOOTSTRAP_SERVERS is not set: give host:port")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    consumer = Consumer({
        "bootstrap.servers": settings["BOOTSTRAP_SERVERS"],
        "client.id": settings.get("CLIENT_ID", "consumer"),
        "group.id": settings.get("GROUP_ID", "readers"),
        "auto.offset.reset": "earliest",
        "statistics.interval.ms": int(float(settings.get("STATISTICS_SECONDS", "5")) * 1000),
        "stats_cb": lambda text: print(text, flush=True),
    })
    consumer.subscribe([settings.get("TOPIC", "orders")])
    count, pause = int(settings.get("COUNT", "0")), 1 / float(settings["RATE"]) if "RATE" in settings else 0
    received = 0
    while not stopping.is_set() and (count == 0 or received < count):
        message = consumer.poll(0.2)
        if message is None:
            continue
        if message.error() is not None:
            if message.error().code() != KafkaError._PARTITION_EOF:
                print(f"error: {message.error()}", file=sys.stderr)
            continue
        received += 1
        if pause:
            stopping.wait(pause)
    consumer.close()
    print(f"received {received}", file=sys.stderr)
    return 0


sys.exit(main())
