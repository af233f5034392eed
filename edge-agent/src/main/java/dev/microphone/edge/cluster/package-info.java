/** An agent in a cluster: finds the node that processes each stream, and sends until it is acknowledged. */
@NullMarked
package dev.microphone.edge.cluster;

import org.jspecify.annotations.NullMarked;
