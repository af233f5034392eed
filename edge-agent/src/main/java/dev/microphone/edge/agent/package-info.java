/**
 * The agent on the capture hardware: a thread for each source that reads and nothing else, and one that normalises all
 * of them and hands frames on. Between them are bounded queues.
 */
@NullMarked
package dev.microphone.edge.agent;

import org.jspecify.annotations.NullMarked;
