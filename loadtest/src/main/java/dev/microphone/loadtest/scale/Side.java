package dev.microphone.loadtest.scale;

/**
 * One of the nodes that are compared, or measured alone.
 *
 * @param name as it is printed
 */
record Side(String name, LoadRun load, NodeProcess node, Ports ports) {
    /** What is measured of each run. */
    static final double SECONDS = 4;

    private static final int WARM_UP_STREAMS = 200;
    private static final int WARM_UP_STREAMS_EACH = 20;
    private static final double WARM_UP_SECONDS = 5;
    private static final long FRAME_NS = 20_000_000;

    /** With fewer connections what is left of their coming about is not felt. */
    private static final int MANY_AGENTS = 50;
    /** Agents give up the connection to a node's door 3 s after they have their own, and a node notices 2 s later. */
    private static final double SETTLING_SECONDS_OF_MANY = 6;

    private static final double SETTLING_SECONDS = 1;

    /** Has the node's code compiled. */
    void warmUp() throws Exception {
        load.run(node, ports, WARM_UP_STREAMS, WARM_UP_STREAMS_EACH, FRAME_NS, WARM_UP_SECONDS, SETTLING_SECONDS);
    }

    /**
     * Streams in real time.
     *
     * @param streamsEach how many of them one agent has
     * @throws dev.microphone.loadtest.stages.Waiting.TimedOutException when the node does not keep up
     */
    LoadRun.Result run(int streams, int streamsEach) throws Exception {
        double settlingSeconds = streams / streamsEach > MANY_AGENTS ? SETTLING_SECONDS_OF_MANY : SETTLING_SECONDS;
        return load.run(node, ports, streams, streamsEach, FRAME_NS, settlingSeconds, SECONDS);
    }
}
