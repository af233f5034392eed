@NullMarked
package dev.microphone.standalone.measure;

import org.jspecify.annotations.NullMarked;
