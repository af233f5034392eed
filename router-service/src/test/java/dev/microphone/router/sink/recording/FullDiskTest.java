package dev.microphone.router.sink.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.router.Frames;
import dev.microphone.router.SinkContexts;
import dev.microphone.router.Tool;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that is really full: a tmpfs of 1 MiB. */
class FullDiskTest {
    @TempDir
    Path folder;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString())
                .redirectErrorStream(true)
                .start();
        mount.getInputStream().readAllBytes();
        mounted = mount.waitFor() == 0;
        assumeTrue(mounted, "needs the right to mount a tmpfs (root)");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            Tool.run("umount", folder.toString());
        }
    }

    @Test
    void shouldLeaveAPlayableWavWhenTheDiskIsFull() throws Exception {
        Tool.assumeInstalled("sox", "sox");

        Path file = recordUntilFull("wav:", 400);

        long saved = (Files.size(file) - 80) / Frames.PCM_LENGTH;
        assertTrue(saved > 250, () -> "only " + saved + " frames saved");
        byte[] played = Tool.run("sox", file.toString(), "-t", "raw", "-");
        assertEquals(saved * Frames.PCM_LENGTH, played.length);
    }

    @Test
    void shouldLeaveAPlayableFlacWhenTheDiskIsFull() throws Exception {
        Tool.assumeInstalled("flac", "flac");

        Path file = recordUntilFull("flac:", 400);

        Tool.run("flac", "-t", "-w", file.toString());
    }

    private Path recordUntilFull(String scheme, int frames) throws Exception {
        SinkContexts contexts = new SinkContexts();
        long mic = contexts.stream("acme/lab/desk/mic");
        SinkUri uri = SinkUri.parse(scheme + folder + "/");
        Sink sink = uri.kind().opener().open(uri, contexts.context(scheme));
        for (int sequence = 0; sequence < frames; sequence++) {
            sink.onFrame(Frames.frame(mic, 1, sequence));
        }
        sink.close();

        assertEquals(1, contexts.messages.size(), contexts.messages::toString);
        assertTrue(contexts.messages.get(0).contains("No space left on device: recording stopped, the first"));
        assertTrue(contexts.dropped(scheme, "sink_failed") > 0);
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }
}
