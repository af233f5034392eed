package dev.microphone.processor.flink;

import org.apache.flink.api.connector.source.SourceSplit;

/** The source has none. */
enum NoSplit implements SourceSplit {
    INSTANCE;

    @Override
    public String splitId() {
        return "none";
    }
}
