// Package driver is how people drive: how hard they brake and pull away behind a leader (IDM), what they accept when they
// change lanes (MOBIL), how long it takes them to be somewhere, and how much they differ from one another.
//
// Everything here is a function of numbers; who stands where is the engine's business (package traffic). Wished
// accelerations are wishes: the tyres have the last word (package dynamics).
package driver
