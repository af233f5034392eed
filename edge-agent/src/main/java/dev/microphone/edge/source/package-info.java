/**
 * Where sound comes from: files, standard input, a tone, ALSA. A new kind of source is one class here and one line in
 * {@link dev.microphone.edge.source.AudioSources}.
 */
@NullMarked
package dev.microphone.edge.source;

import org.jspecify.annotations.NullMarked;
