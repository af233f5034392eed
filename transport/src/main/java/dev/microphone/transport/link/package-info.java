/** How agents and nodes meet: who processes a stream, from where on, and what need not be kept any more. */
@NullMarked
package dev.microphone.transport.link;

import org.jspecify.annotations.NullMarked;
