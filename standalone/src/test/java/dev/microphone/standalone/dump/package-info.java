/** Tests of dev.microphone.standalone.dump. */
@NullMarked
package dev.microphone.standalone.dump;

import org.jspecify.annotations.NullMarked;
