package dev.microphone.edge.cluster;

import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;

/** Opens connections to nodes. */
@FunctionalInterface
public interface Links {
    /** Does not wait for anything, such as the address of the node's name. */
    Link open(NodeEndpoint node);
}
