/** The config file: every key typed, with a default, and refused at start when wrong, with its place in the file. */
@NullMarked
package dev.microphone.standalone.config;

import org.jspecify.annotations.NullMarked;
