"""Writes a Gap as one single object to standard output, by somebody else's Avro. Arguments: library, schema file.

With fastavro the fingerprint is its own; Debian's python3-avro has none, so it is given as the third argument.
"""
import io
import json
import sys
import warnings

GAP = {
    "timeNs": 1700000000123456789, "node": "fremd", "stream": "t/s/d/ü", "streamId": -5, "epoch": 2,
    "firstMissingSequence": 3, "lastMissingSequence": 4294967296, "stage": "router", "reason": "lost",
}

library, path, fingerprint = sys.argv[1:4]
schema = json.load(open(path))
out = io.BytesIO()
if library == "fastavro":
    import fastavro
    import fastavro.schema

    own = fastavro.schema.fingerprint(fastavro.schema.to_parsing_canonical_form(schema), "CRC-64-AVRO")
    header = bytes.fromhex(own)
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), GAP)
else:
    import avro.io
    import avro.schema

    warnings.simplefilter("ignore")
    header = int(fingerprint, 16).to_bytes(8, "little")
    parsed = avro.schema.parse(json.dumps(schema))
    avro.io.DatumWriter(parsed).write(GAP, avro.io.BinaryEncoder(out))
sys.stdout.buffer.write(b"\xc3\x01" + header + out.getvalue())
