package dev.microphone.loadtest.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How one {@code run} of a source in real time begins, by the wall clock from before its launcher on.
 *
 * @param capturing seconds until it says that it listens: from there on nothing that is said is lost
 * @param heard seconds until a frame has passed its plugins and the router
 * @param caughtUp seconds until the router has all that was captured, but for what is on its way
 */
record LiveStart(double capturing, double heard, double caughtUp) {
    /** What {@code run} prints when the streams have begun. */
    private static final String READY = "listen at ";

    /** On their way between two looks. */
    private static final long FRAMES_ON_THEIR_WAY = 3;

    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final String COUNTER = "microphone_frames_processed_total{";

    static LiveStart of(List<String> command) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String page = page(lines);
            double capturing = secondsSince(startNs);
            return follow(URI.create(page + "metrics").toURL(), capturing, startNs);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static String page(BufferedReader lines) throws IOException {
        StringBuilder printed = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return line.substring(READY.length(), line.indexOf(' ', READY.length()));
            }
            printed.append(line).append('\n');
        }
        throw new IOException("run ended before its streams began: " + printed);
    }

    private static LiveStart follow(URL metrics, double capturing, long startNs) throws IOException {
        double heard = 0;
        while (System.nanoTime() - startNs < TIMEOUT_NS) {
            String text = read(metrics);
            long captured = sum(text, "normalise");
            long routed = sum(text, "router");
            if (heard == 0 && routed > 0) {
                heard = secondsSince(startNs);
            }
            if (heard > 0 && captured - routed <= FRAMES_ON_THEIR_WAY) {
                return new LiveStart(capturing, heard, secondsSince(startNs));
            }
            LockSupport.parkNanos(LOOK_INTERVAL_NS);
        }
        throw new IOException("run was still behind after " + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NS) + " s");
    }

    private static String read(URL metrics) throws IOException {
        try (InputStream in = metrics.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long sum(String metrics, String stage) {
        return metrics.lines()
                .filter(line -> line.startsWith(COUNTER) && line.contains("stage=\"" + stage + "\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static double secondsSince(long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }
}
