// Package osmimport makes a lane-level road network of an OpenStreetMap extract.
//
// Import is a list of named passes (see passes) over a draft: the streets of the extract as lines between the nodes
// where they meet, each with the lanes of its two directions. Every pass does one thing, leaves a draft that is whole,
// and counts in the report what it guessed and what it dropped. The last pass writes the draft down as a network.Spec,
// which network.Prune and network.Build turn into the network.
//
// The same extract always gives the same network.
package osmimport
