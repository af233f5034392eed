#!/usr/bin/env python3
"""Reads control events from Kafka as JSON, one a line, with fastavro or, where that is missing, Debian's python3-avro:

    kcat -b localhost:9092 -t microphone.events -C -e -q -f '%S %s' | tools/read_events.py

Each record is Avro's single-object encoding: C3 01, the schema's 8-byte fingerprint (little-endian), Avro binary.
The schemas, all versions of them, are in schemas/history; FINGERPRINTS there says which fingerprint is whose.
An unknown or broken record becomes a line that says so. Needs nothing of Microphone but that folder.
"""
import io
import json
import pathlib
import sys
import warnings

HISTORY = pathlib.Path(__file__).resolve().parent.parent / "schemas" / "history"


def with_fastavro():
    import fastavro

    return fastavro.parse_schema, lambda schema, data: fastavro.schemaless_reader(data, schema, None)


def with_avro():
    import avro.io
    import avro.schema

    # It reads times of nanoseconds as the plain numbers that they are, and says so.
    warnings.simplefilter("ignore")

    def read(schema, data):
        return avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(data))

    return lambda schema: avro.schema.parse(json.dumps(schema)), read


def library(name):
    """The named one; without a name the first that is installed."""
    wanted = [with_fastavro, with_avro] if name is None else [{"fastavro": with_fastavro, "avro": with_avro}[name]]
    for choice in wanted:
        try:
            return choice()
        except ImportError:
            continue
    sys.exit("neither fastavro (pip) nor avro (Debian: python3-avro) is installed")


class Events:
    def __init__(self, history=HISTORY, name=None):
        parse, self.read = library(name)
        self.schemas = {}
        for line in (history / "FINGERPRINTS").read_text().splitlines():
            fingerprint, event, version = line.split()
            schema = json.loads((history / event / (version + ".avsc")).read_text())
            self.schemas[int(fingerprint, 16)] = (event, parse(schema))

    def decode(self, record):
        """@return the event's name and its fields; ValueError when it is none of ours."""
        if len(record) < 10 or record[:2] != b"\xc3\x01":
            raise ValueError("%d bytes that are no single object" % len(record))
        fingerprint = int.from_bytes(record[2:10], "little")
        if fingerprint not in self.schemas:
            raise ValueError("unknown schema %016x" % fingerprint)
        event, schema = self.schemas[fingerprint]
        try:
            return event, self.read(schema, io.BytesIO(record[10:]))
        except Exception as error:
            raise ValueError("broken %s: %s" % (event, error)) from error


def records(stream):
    """What kcat -f '%S %s' writes: length, space, bytes."""
    digits = b""
    while byte := stream.read(1):
        if byte != b" ":
            digits += byte
            continue
        length = int(digits)
        digits = b""
        yield stream.read(length) if length > 0 else b""


def main():
    events = Events(name=sys.argv[1] if len(sys.argv) > 1 else None)
    for record in records(sys.stdin.buffer):
        try:
            event, fields = events.decode(record)
            print(json.dumps({"event": event, **fields}, ensure_ascii=False, default=str), flush=True)
        except ValueError as error:
            print(json.dumps({"unreadable": str(error)}), flush=True)


if __name__ == "__main__":
    main()
