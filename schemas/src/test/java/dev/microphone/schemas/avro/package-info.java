@NullMarked
package dev.microphone.schemas.avro;

import org.jspecify.annotations.NullMarked;
