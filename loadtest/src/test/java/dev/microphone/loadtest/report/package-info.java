@NullMarked
package dev.microphone.loadtest.report;

import org.jspecify.annotations.NullMarked;
