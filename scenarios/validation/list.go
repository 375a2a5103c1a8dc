package validation

// Cases returns all cases in the order of the page.
func Cases() []Case {
	return []Case{equilibrium, idmCapacity, stability, sugiyama, tadaki, jamFront, capacityDrop, hysteresis, freeway, laneChanges, saturation, permittedLeft, stopControlled, minorLeft, majorLeft, roundaboutEntry, allWayStop}
}
