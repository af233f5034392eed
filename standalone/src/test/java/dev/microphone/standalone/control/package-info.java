@NullMarked
package dev.microphone.standalone.control;

import org.jspecify.annotations.NullMarked;
