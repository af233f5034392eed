package dev.microphone.loadtest.report;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Prints one benchmark's figures, a line each, and keeps count of targets reached and missed.
 *
 * <p>Owned by the thread that runs the benchmark.
 */
public final class Report {
    private final PrintStream out;
    private int reached;
    private int missed;

    /** Prints what it is measured on. */
    public Report(PrintStream out) {
        this.out = out;
        out.println(Machine.describe());
    }

    /** A figure that stands for itself. */
    public void figure(String what, String measured) {
        out.printf("  %-44s %s%n", what, measured);
    }

    /** A figure with its target. */
    public void figure(String what, double measured, String unit, Target target) {
        line(what, number(measured) + " " + unit, measured, target);
    }

    /** A figure beside what it is compared with, and their ratio, which is what the target speaks about. */
    public void ratio(String what, double measured, String other, double otherMeasured, String unit, Target target) {
        double ratio = measured / otherMeasured;
        line(what, besides(measured, other, otherMeasured, unit, ratio), ratio, target);
    }

    /** A figure beside what it is compared with; the target speaks about the figure. */
    public void figure(String what, double measured, String other, double otherMeasured, String unit, Target target) {
        line(what, besides(measured, other, otherMeasured, unit, measured / otherMeasured), measured, target);
    }

    /** A figure beside what it is compared with, without a target. */
    public void ratio(String what, double measured, String other, double otherMeasured, String unit) {
        figure(what, besides(measured, other, otherMeasured, unit, measured / otherMeasured));
    }

    private static String besides(double measured, String other, double otherMeasured, String unit, double ratio) {
        return number(measured) + " " + unit + "   " + other + " " + number(otherMeasured) + " " + unit + "   "
                + number(ratio) + " x";
    }

    private void line(String what, String text, double measured, Target target) {
        judged(what, text, target, target.reachedBy(measured));
    }

    /** A target that is missed since it did not come to a figure. */
    public void failed(String what, String why, Target target) {
        judged(what, why, target, false);
    }

    private void judged(String what, String text, Target target, boolean good) {
        if (good) {
            reached++;
        } else {
            missed++;
        }
        out.printf("  %-44s %s   target %s: %s%n", what, text, target, good ? "reached" : "MISSED");
    }

    /** Says what was not measured here, and what it would take. */
    public void skipped(String what, String why) {
        out.printf("  %-44s skipped: %s%n", what, why);
    }

    public void note(String text) {
        out.println("  " + text);
    }

    /** The last line. */
    public void summary() {
        if (reached + missed > 0) {
            out.println("  " + reached + " of " + (reached + missed) + " targets reached");
        }
    }

    /** Three significant digits, thousands grouped. */
    static String number(double value) {
        double magnitude = Math.abs(value);
        String format = magnitude >= 100 ? "%,.0f" : magnitude >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
