package dev.microphone.standalone.config;

import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.transport.frame.StreamName;

/**
 * One stream: where it comes from, what is done with it, what it is called.
 *
 * @param chain as written: plugin names and files with their parameters, or {@code none}
 * @param capture how the source's sound becomes canonical
 */
public record StreamConfig(StreamName name, SourceUri source, String chain, NormaliserSettings capture) {}
