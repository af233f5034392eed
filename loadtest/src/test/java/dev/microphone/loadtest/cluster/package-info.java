/** The cluster, its processes and its network treated badly. */
@NullMarked
package dev.microphone.loadtest.cluster;

import org.jspecify.annotations.NullMarked;
