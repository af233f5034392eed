/** What should be. */
@NullMarked
package dev.microphone.schemas.desired;

import org.jspecify.annotations.NullMarked;
