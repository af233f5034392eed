/*
 * Takes out of each talker, as IVA found him, what the room returns of the other one later than the window.
 *
 * IVA's outputs are combinations of the two microphones at one moment; a wall that returns the other talker after more
 * than a window leaves him in. Here the other's outputs of some hops ago, through a filter of a few taps at each
 * frequency, are subtracted. The filter is a weighted linear prediction, as dereverberation has it: T. Nakatani,
 * T. Yoshioka, K. Kinoshita, M. Miyoshi, B.-H. Juang, "Speech dereverberation based on variance-normalized delayed linear
 * prediction", IEEE TASLP 18(7), 2010; with each talker weighted by his own power as in T. Nakatani, R. Ikeshita,
 * K. Kinoshita, H. Sawada, S. Araki, "Computationally efficient and versatile framework for joint optimization of blind
 * speech separation and dereverberation", Interspeech 2020. Unlike there a talker's own past is not predicted from: his
 * reverberation is to stay, he is only to be taken apart.
 */
#ifndef BSS_CROSSTALK_H
#define BSS_CROSSTALK_H

#include "iva.h"

void crosstalk_reset(void);

/* Hears the spectrum of each hop, also of silence; `learn` tells what iva_learn() heard too. To be called after that. */
void crosstalk_hear(Complex spectrum[BINS][2], int learn);

/* IVA's outputs of the newest hop without the other talker's past, for 1 <= bin < SEPARATED_BINS. */
void crosstalk_output(int bin, const Complex x[2], Complex y[2]);

#endif
