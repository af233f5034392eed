@NullMarked
package dev.microphone.standalone.cluster;

import org.jspecify.annotations.NullMarked;
