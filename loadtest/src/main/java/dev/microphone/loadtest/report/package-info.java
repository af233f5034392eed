/** What a benchmark prints: the machine, each figure beside what it is compared with, and whether the target is reached. */
@NullMarked
package dev.microphone.loadtest.report;

import org.jspecify.annotations.NullMarked;
