package dev.microphone.edge.cluster;

import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;

/** A link and who needs it. One thread. */
final class NodeConnection {
    private final NodeEndpoint node;
    private final Link link;
    private final long openedNs;
    private boolean wasConnected;
    private boolean failed;
    private int users;
    private long unusedSinceNs;

    NodeConnection(NodeEndpoint node, Link link, long nowNs) {
        this.node = node;
        this.link = link;
        this.openedNs = nowNs;
        this.unusedSinceNs = nowNs;
    }

    NodeEndpoint node() {
        return node;
    }

    Link link() {
        return link;
    }

    void addUser() {
        users++;
    }

    void removeUser(long nowNs) {
        users--;
        unusedSinceNs = nowNs;
    }

    /** One that has not come about yet may still be wanted when it does. */
    boolean isUnused(long nowNs, long forNs) {
        return wasConnected && users == 0 && nowNs - unusedSinceNs >= forNs;
    }

    boolean isConnected() {
        return wasConnected && !failed;
    }

    /** Whether it was lost, never came about, or was closed: of no use to whoever still has it. */
    boolean hasFailed() {
        return failed;
    }

    void close() {
        failed = true;
        link.close();
    }

    /** Looks whether it still stands. */
    void check(long nowNs, long connectTimeoutNs) {
        if (failed) {
            return;
        }
        if (link.isConnected()) {
            wasConnected = true;
        } else {
            failed = wasConnected || link.refusal() != null || nowNs - openedNs >= connectTimeoutNs;
        }
    }
}
