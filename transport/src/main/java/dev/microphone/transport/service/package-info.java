/** What hosts a service's threads: starts its agents, keeps its errors, closes everything in order. */
@NullMarked
package dev.microphone.transport.service;

import org.jspecify.annotations.NullMarked;
