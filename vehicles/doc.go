// Package vehicles describes vehicles; its sub-packages move them.
//
//	tyre      friction between tyre and road: slip curves by surface, weather, speed
//	weather   what lies on the roads: rain, snow, ice, by lane and minute
//	dynamics  what tyres, brakes and engine of a class allow at a speed: envelope tables
//	driver    car following, lane changing, gap acceptance
//	traffic   the engine: lanes full of vehicles and the step that moves them
//	safety    surrogate safety measures: TTC, PET, DRAC and their like
//	emission  what vehicles burn and emit
//	draw      random numbers by key
package vehicles
