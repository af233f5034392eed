/** What plugin authors need: templates, builds, benchmarks, and comparisons of two versions. */
@NullMarked
package dev.microphone.standalone.sdk;

import org.jspecify.annotations.NullMarked;
