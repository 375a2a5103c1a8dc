// Package validation measures the program against published facts: what was observed on roads, what handbooks compute, what
// the literature derives. A Case says what is measured, how, what is expected, where that number is from and how far off it
// may be; its Run measures it anew.
//
// Traffic is measured through the engine, as an observer at the roadside would: on generated roads, with detectors and
// stop watches, after a warm-up, over several seeds with a 95 % confidence interval where chance is in it. No case has
// parameters of its own: identical drivers with published parameters drive where the published result is one of theirs (C1
// to C3), and in all other cases the program's one default population does.
package validation
