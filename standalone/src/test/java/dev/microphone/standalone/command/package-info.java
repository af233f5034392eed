@NullMarked
package dev.microphone.standalone.command;

import org.jspecify.annotations.NullMarked;
