// Package timing holds the formulas by which traffic engineers time signals and judge them: Webster's cycle and splits;
// capacity, control delay, queues and level of service of the Highway Capacity Manual; the dispersion of platoons; and
// offsets along a street, for the widest bands or for the least delay.
//
// Everything is a pure function of numbers: no networks, no plans. Flows are veh/h, times s, lengths m, speeds m/s,
// gradients rise over run, shares 0 to 1. Formulas are cited by their equation. HCM is the Highway Capacity Manual, 7th
// edition (Transportation Research Board 2022), read through the tests and notes of crosstraffic/transportations-library.
package timing
