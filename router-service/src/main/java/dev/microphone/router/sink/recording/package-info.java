/** What recordings have in common whatever their file format: one file per run of a stream, gaps, full disks. */
@NullMarked
package dev.microphone.router.sink.recording;

import org.jspecify.annotations.NullMarked;
