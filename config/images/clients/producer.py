"""Produces numbered messages at a steady rate until SIGTERM, or COUNT of them; prints librdkafka's statistics as JSON lines.

Environment: BOOTSTRAP_SERVERS (required), TOPIC (default orders), RATE messages a second (default 10), COUNT (default: no end),
SIZE bytes a message (default 100), ACKS (default all), CLIENT_ID (default producer), STATISTICS_SECONDS (default 5).
"""
import os
import signal
import sys
import threading

from confluent_kafka import Producer

stopping = threading.Event()
failed = 0


def delivered(error, _message):
    global failed
    if error is not None:
        failed += 1
        print(f"delivery failed: {error}", file=sys.stderr)


def main():
    settings = os.environ
    if "BOOTSTRAP_SERVERS" not in settings:
        sys.exit("producer.py: BOOTSTRAP_SERVERS is not set: give host:port")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    producer = Producer({
        "bootstrap.servers": settings["BOOTSTRAP_SERVERS"],
        "client.id": settings.get("CLIENT_ID", "producer"),
        "acks": settings.get("ACKS", "all"),
        "statistics.interval.ms": int(float(settings.get("STATISTICS_SECONDS", "5")) * 1000),
        "stats_cb": lambda text: print(text, flush=True),
    })
    topic, interval = settings.get("TOPIC", "orders"), 1 / float(settings.get("RATE", "10"))
    count, size = int(settings.get("COUNT", "0")), int(settings.get("SIZE", "100"))
    sent = 0
    while not stopping.is_set() and (count == 0 or sent < count):
        producer.produce(topic, value=str(sent).encode().ljust(size, b"."), key=str(sent % 16), on_delivery=delivered)
        sent += 1
        producer.poll(0)
        stopping.wait(interval)
    left = producer.flush(10)
    print(f"sent {sent}, failed {failed}, not delivered {left}", file=sys.stderr)
    return 1 if failed or left else 0


sys.exit(main())
