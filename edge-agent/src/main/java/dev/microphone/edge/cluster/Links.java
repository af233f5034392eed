package dev.microphone.edge.cluster;

import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;

/** Opens connections to nodes. */
@FunctionalInterface
public interface Links {
    /** Does not wait for the node. */
    Link open(NodeEndpoint node);
}
