@NullMarked
package dev.microphone.edge.agent;

import org.jspecify.annotations.NullMarked;
