package dev.microphone.edge.cluster;

import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;

/** A link and who needs it. One thread. */
final class NodeConnection {
    private static final int NOBODY = -1;

    private final NodeEndpoint node;
    private final Link link;
    private final long openedNs;
    private boolean wasConnected;
    private boolean failed;
    private int users;
    private long unusedSinceNs;
    private int firstInTurn;
    private int nextInTurn = NOBODY;

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

    /** Another round over all streams begins, with the one for which there was no room in the one before. */
    void beginRound() {
        if (nextInTurn != NOBODY) {
            firstInTurn = nextInTurn;
            nextInTurn = NOBODY;
        }
    }

    /** There was no room in this round for anything of the stream at that place; the first one that it is told of counts. */
    void hadNoRoomFor(int place) {
        if (nextInTurn == NOBODY) {
            nextInTurn = place;
        }
    }

    /** Whether the stream at that place comes after those from the first in turn on. */
    boolean comesLater(int place) {
        return place < firstInTurn;
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
