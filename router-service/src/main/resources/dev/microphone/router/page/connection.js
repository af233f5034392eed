const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;
const HEADER_BYTES = 16;

// One stream over WebSocket; comes back by itself until closed. Counts what the sequence says is missing.
export class Connection {
  // on: { state(name), format(json), frame({ sequence, captureNs, pcm }) }
  constructor(stream, on) {
    this.stream = stream;
    this.on = on;
    this.frames = this.gaps = this.missing = this.duplicates = this.reconnects = 0;
    this.retryMs = FIRST_RETRY_MS;
    this.open();
  }

  open() {
    const path = this.stream.split('/').map(encodeURIComponent).join('/');
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    this.socket = new WebSocket(`${scheme}//${location.host}/ws/streams/${path}`);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onmessage = (event) => this.receive(event.data);
    this.socket.onclose = () => this.retry();
    // Frames that passed while we were away are no gap: nobody lost them.
    this.expected = null;
    this.on.state('waiting');
  }

  retry() {
    if (this.closed) return;
    this.on.state('lost');
    this.reconnects++;
    this.timer = setTimeout(() => this.open(), this.retryMs);
    this.retryMs = Math.min(LONGEST_RETRY_MS, this.retryMs * 2);
  }

  receive(data) {
    if (typeof data === 'string') {
      this.on.format(JSON.parse(data));
      return;
    }
    const header = new DataView(data, 0, HEADER_BYTES);
    const sequence = header.getBigUint64(0, true);
    const captureNs = header.getBigInt64(8, true);
    if (this.expected !== null && sequence !== this.expected) {
      if (sequence > this.expected) {
        this.gaps++;
        this.missing += Number(sequence - this.expected);
      } else if (sequence > 0n) {
        this.duplicates++;
        return;
      }
      // Sequence 0: the source began anew.
    }
    this.expected = sequence + 1n;
    this.frames++;
    this.retryMs = FIRST_RETRY_MS;
    this.on.state('live');
    this.on.frame({ sequence, captureNs, pcm: new Int16Array(data, HEADER_BYTES) });
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket.close();
  }
}
