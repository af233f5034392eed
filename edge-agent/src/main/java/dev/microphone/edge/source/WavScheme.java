package dev.microphone.edge.source;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** {@code wav:FILE}. */
final class WavScheme implements SourceScheme {
    @Override
    public String name() {
        return "wav";
    }

    @Override
    public String usage() {
        return "wav:FILE[?loop&pace=realtime|live|fast]";
    }

    @Override
    public SourceOpener conclude(String target, SourceOptions options) {
        if (target.isEmpty()) {
            throw options.refuse("a file is missing");
        }
        Path file;
        try {
            file = Path.of(target);
        } catch (InvalidPathException e) {
            throw options.refuse("'" + target + "' is not a file name: " + e.getReason());
        }
        boolean loop = options.flag("loop");
        Pace pace = Pace.option(options);
        return () -> pace.apply(WavSource.open(file, loop));
    }
}
