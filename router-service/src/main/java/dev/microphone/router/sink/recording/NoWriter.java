package dev.microphone.router.sink.recording;

/** Stands where a file could not be made. */
final class NoWriter implements AudioWriter {
    @Override
    public void write(byte[] pcm, int offset, int lengthBytes) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public long savedSamples() {
        return 0;
    }
}
