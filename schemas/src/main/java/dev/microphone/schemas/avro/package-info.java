/** Records as Avro, one at a time: the schemas, every version of them, and single-object encoding. */
@NullMarked
package dev.microphone.schemas.avro;

import org.jspecify.annotations.NullMarked;
