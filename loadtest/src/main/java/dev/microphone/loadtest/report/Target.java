package dev.microphone.loadtest.report;

/**
 * What a figure has to reach.
 *
 * @param limit at least or at most that much
 * @param atMost whether it is an upper limit
 * @param unit printed behind the limit
 */
public record Target(double limit, boolean atMost, String unit) {
    public static Target atMost(double limit, String unit) {
        return new Target(limit, true, unit);
    }

    public static Target atLeast(double limit, String unit) {
        return new Target(limit, false, unit);
    }

    boolean reachedBy(double measured) {
        return atMost ? measured <= limit : measured >= limit;
    }

    @Override
    public String toString() {
        return (atMost ? "at most " : "at least ") + Report.number(limit) + " " + unit;
    }
}
