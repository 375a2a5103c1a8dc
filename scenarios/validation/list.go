package validation

// Cases returns all cases in the order of the page.
func Cases() []Case {
	return []Case{
		frictionCurves, aquaplaning, boschWet,
		aashtoStops, aashtoGrades, highwayCode, measuredStops, measuredClasses, legalStops, carefulDriver,
		pulling,
		beyondEnvelope, sweep,
		equilibrium, idmCapacity, stability, sugiyama, tadaki, jamFront, capacityDrop,
		freeway,
		slipperyMotorway, crashRates,
		laneChanges, laneDrop,
		saturation, permittedLeft,
		websterCycles, manualDelays, ambers, platoons, isolatedDelay, mixedQueues,
		stopControlled, minorLeft, majorLeft, roundaboutEntry, entriesOfTwo, allWayStop,
		adams,
		deterministicQueue, vickrey, jinan, jinanPressure, cologne, colognePressure,
		surrogateMeasures, trainedDrivers,
		hbefaRates,
	}
}
