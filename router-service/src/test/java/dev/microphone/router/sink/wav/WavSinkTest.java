package dev.microphone.router.sink.wav;

import dev.microphone.router.Tool;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkContract;
import dev.microphone.router.sink.SinkUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class WavSinkTest extends SinkContract {
    @TempDir
    Path folder;

    @BeforeEach
    void needsSox() {
        Tool.assumeInstalled("sox", "sox");
    }

    @Override
    protected Sink open() throws Exception {
        SinkUri uri = SinkUri.parse("wav:" + folder + "/");
        return uri.kind().opener().open(uri, contexts.context(uri.toString()));
    }

    @Override
    protected byte[] delivered(String streamName, int lengthBytes) throws Exception {
        return Tool.run("sox", file(streamName).toString(), "-t", "raw", "-");
    }

    private Path file(String streamName) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            String prefix = streamName.replace('/', '_') + "_";
            return files.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
