// Package sumonet reads and writes road networks of SUMO (Eclipse Simulation of Urban Mobility): .net.xml.
//
// Read keeps what the file says: which lane leads to which, where lanes begin and end, who gives way to whom, signal
// programs. Write makes a network that SUMO loads as it is, with the same lanes, connectors, right of way and signals.
// Both speak of edges by the same names: EdgeNames.
//
// The format is described at https://sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html.
package sumonet
