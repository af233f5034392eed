/** What is said about audio in numbers and pictures: levels, SI-SDR, spectrograms. Nothing here runs on a data thread. */
@NullMarked
package dev.microphone.standalone.measure;

import org.jspecify.annotations.NullMarked;
