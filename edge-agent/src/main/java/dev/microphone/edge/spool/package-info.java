/** Where an agent keeps frames until a processor has them for good. */
@NullMarked
package dev.microphone.edge.spool;

import org.jspecify.annotations.NullMarked;
