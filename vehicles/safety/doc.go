// Package safety measures how near two vehicles came to a collision: surrogate safety measures, which stand for the crashes that
// are too rare to count. The formulas are pure functions of distances in metres, speeds in m/s and accelerations in m/s²; Encounter
// adds up what two vehicles did to each other over time.
//
// Definitions differ between tools by more than names. Those here are the ones of the papers:
//
//   - DRAC has the factor 1/2 of constant braking: dv²/(2 gap). Papers after Cunto and Saccomanno print dv²/gap, which is twice it.
//   - DeltaV is that of a perfectly plastic impact by conservation of momentum, as a difference of vectors. A tool that adds the
//     speeds of vehicles going the same way gets the delta-v of a head-on crash for a rear-end one.
//   - Gap is from bumper to bumper: no minimum gap is taken off it.
//   - Nothing closing has no TTC: the functions return +Inf then, never a negative number.
package safety
