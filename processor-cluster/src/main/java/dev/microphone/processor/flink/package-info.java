/** The processor cluster: the same stream sessions as in one process, as a job of Apache Flink. */
@NullMarked
package dev.microphone.processor.flink;

import org.jspecify.annotations.NullMarked;
