// Package exchange writes what was found (episodes of package rare) in the formats of others:
//
//	OpenSCENARIO 1.2   every vehicle on its way with absolute times; or a logical scenario with ranges for its parameters
//	OpenDRIVE 1.7      the piece of road, with lanes, junctions, signals and friction
//	SUMO               floating-car data, and the log of the SSM device
//	CommonRoad 2020a   lanelets and obstacles with their trajectories
//	Parquet            trajectories, a row a vehicle and sample
//	PNG, GIF           the scene from above, still and moving
//
// Times in the files count from the first sample of the episode. Positions are those of the network's local coordinates, and so the same in all
// files of a network.
package exchange
