@NullMarked
package dev.microphone.standalone.config;

import org.jspecify.annotations.NullMarked;
