package dev.microphone.router.sink.flac;

import dev.microphone.router.Tool;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkContract;
import dev.microphone.router.sink.SinkUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FlacSinkTest extends SinkContract {
    @TempDir
    Path folder;

    @BeforeEach
    void needsFlac() {
        Tool.assumeInstalled("flac", "flac");
    }

    @Override
    protected Sink open() throws Exception {
        SinkUri uri = SinkUri.parse("flac:" + folder + "/");
        return uri.kind().opener().open(uri, contexts.context(uri.toString()));
    }

    @Override
    protected byte[] delivered(String streamName, int lengthBytes) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            String prefix = streamName.replace('/', '_') + "_";
            Path file = files.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
            return Tool.run(
                    "flac",
                    "-d",
                    "-s",
                    "-c",
                    "--force-raw-format",
                    "--endian=little",
                    "--sign=signed",
                    file.toString());
        }
    }
}
