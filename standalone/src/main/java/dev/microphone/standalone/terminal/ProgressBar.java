package dev.microphone.standalone.terminal;

import java.io.PrintStream;
import java.util.Locale;

/**
 * How far a batch is: share, speed against real time, time left, current file. One line that is drawn anew on a
 * terminal; a plain line now and then where the output is a file or a pipe.
 *
 * <p>Any thread; time is passed in.
 */
public final class ProgressBar {
    private static final int BAR_WIDTH = 24;
    private static final int NAME_WIDTH = 28;
    private static final long REDRAW_NS = 100_000_000L;
    /** A log file wants fewer lines than a terminal. */
    private static final long PLAIN_LINE_NS = 5_000_000_000L;

    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final long startNs;
    private long lastDrawNs;

    public ProgressBar(PrintStream out, boolean terminal, long nowNs) {
        this.out = out;
        this.terminal = terminal;
        startNs = nowNs;
        lastDrawNs = nowNs;
    }

    /**
     * Tells how far it is; drawn only when the last drawing is old enough.
     *
     * @param doneShare 0 to 1
     * @param audioSeconds that went through so far, of all files
     */
    public synchronized void update(long nowNs, double doneShare, double audioSeconds, String currentFile) {
        if (nowNs - lastDrawNs < (terminal ? REDRAW_NS : PLAIN_LINE_NS)) {
            return;
        }
        lastDrawNs = nowNs;
        String line = line((nowNs - startNs) / 1e9, doneShare, audioSeconds, currentFile);
        if (terminal) {
            out.print(CLEAR_LINE + line);
            out.flush();
        } else {
            out.println(line);
        }
    }

    /** Writes a line that stays, above the bar. */
    public synchronized void println(String line) {
        clear();
        out.println(line);
    }

    /** Takes the bar away. */
    public synchronized void clear() {
        if (terminal) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    static String line(double elapsedSeconds, double doneShare, double audioSeconds, String currentFile) {
        double share = Math.clamp(doneShare, 0, 1);
        int filled = (int) (share * BAR_WIDTH);
        String left = share == 0 ? "?" : clock(elapsedSeconds / share - elapsedSeconds);
        String name = currentFile.length() <= NAME_WIDTH
                ? currentFile
                : "…" + currentFile.substring(currentFile.length() - NAME_WIDTH + 1);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3.0f %%  %.1f × real time  %s left  %s",
                "#".repeat(filled),
                "-".repeat(BAR_WIDTH - filled),
                Math.floor(share * 100),
                elapsedSeconds == 0 ? 0 : audioSeconds / elapsedSeconds,
                left,
                name);
    }

    /** Minutes and seconds, with hours where there are any. */
    public static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
