/** Two ways over the same two Aeron hops: the system's own stages, and bare publications and subscriptions. */
@NullMarked
package dev.microphone.loadtest.path;

import org.jspecify.annotations.NullMarked;
