@NullMarked
package dev.microphone.edge.spool;

import org.jspecify.annotations.NullMarked;
