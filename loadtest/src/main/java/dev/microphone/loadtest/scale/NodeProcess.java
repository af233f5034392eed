package dev.microphone.loadtest.scale;

import dev.microphone.transport.aeron.BusyTime;
import dev.microphone.transport.link.NodeEndpoint;
import java.util.List;

/** A processor in a process of its own. */
interface NodeProcess extends AutoCloseable {
    /** Has the node count what its polling threads do. */
    String MEASURED = "-D" + BusyTime.PROPERTY + "=true";

    /** Where agents say hello. */
    List<NodeEndpoint> endpoints();

    ProcessHandle process();

    /** Processor time that it has used so far, of all its threads, ns. */
    default long processorTimeNs() {
        return process()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("the processor is gone, or the system tells no times"))
                .toNanos();
    }

    /** Ends it. */
    @Override
    void close();
}
