package dev.microphone.standalone.batch;

import dev.microphone.edge.source.AudioSource;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.standalone.dump.StageDump;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where each file's stages are written to. Any thread.
 *
 * @param chain that all files pass
 */
public record BatchDump(StageDump dump, ChainSpec chain) {
    /** @return the source to read instead */
    AudioSource listen(Path input, AudioSource source, Chain itsChain) throws IOException {
        String name = String.valueOf(input.getFileName()).replaceFirst("\\.[^.]*$", "");
        StageDump.Stream stream = dump.stream(name, source.format(), chain, false);
        itsChain.tap(stream.chain());
        return stream.captured(source);
    }
}
