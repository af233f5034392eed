@NullMarked
package dev.microphone.standalone.live;

import org.jspecify.annotations.NullMarked;
