@NullMarked
package dev.microphone.router;

import org.jspecify.annotations.NullMarked;
