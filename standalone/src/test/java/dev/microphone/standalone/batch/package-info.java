@NullMarked
package dev.microphone.standalone.batch;

import org.jspecify.annotations.NullMarked;
