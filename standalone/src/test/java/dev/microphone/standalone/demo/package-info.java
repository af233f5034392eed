@NullMarked
package dev.microphone.standalone.demo;

import org.jspecify.annotations.NullMarked;
