// Package why finds out what a crash came of: it makes the run again up to some seconds before the crash, and from there once as it
// was and once for each of a list of factors with that factor changed: a dry road, no lapse, an earlier foot, less speed, the true
// grip known, other signals, without the other vehicle. What prevents the crash is a cause of it in the sense of "but for": with
// everything else as it was, it would not have happened.
//
// The draws of every driver are keyed by what they are for, so that a fork meets the same people with the same moods; only what
// follows from the changed factor is another. The suppositions begin together, Ask.Before before the crash: a speed that is lower
// from then on also brings the vehicle to the place later, which is part of the answer and is told with it (Factor.Later).
package why
