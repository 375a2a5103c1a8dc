// Package diagram draws the pictures by which traffic engineers judge signals, as SVG files of their own: time-space
// diagrams with trajectories and bands, stages, signal timing diagrams, rings and barriers, and queue and occupancy cycle by
// cycle.
//
// They are made to be printed. What a colour tells, a width, a hatching or a dash tells as well, so that they can be read in
// black and white; colours are those of Okabe and Ito (2008), which people tell apart who see no red or no green.
package diagram
