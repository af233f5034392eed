/** Where frames go: the sink contract, the queue and thread in front of each sink, and the list of sinks. */
@NullMarked
package dev.microphone.router.sink;

import org.jspecify.annotations.NullMarked;
