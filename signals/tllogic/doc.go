// Package tllogic makes controls of the signal programs of SUMO (tlLogic, and WAUT, which says when which of them runs), and
// such programs of controls: fixed-time, actuated and NEMA. What one side cannot express is told in a report.
//
// Which link of SUMO's is which connector is told by sumonet.Links: of the .net.xml from which a network was read, or of that which
// sumonet.Write makes of it.
package tllogic
