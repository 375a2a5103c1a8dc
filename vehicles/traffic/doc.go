// Package traffic is the engine: every lane holds its vehicles, and World.Step moves them all by one step.
//
// # A step
//
// A step is the table phases in world.go, from top to bottom. The ones that cost anything:
//
//	arbitrate     each junction lets in whom it can (arbitrate.go)
//	drive         drivers whose time has come look and decide (drive.go, decide.go)
//	move          physics makes an acceleration of the pedal, everybody drives it, counts are taken, who decides in the next step is
//	              found out, the ends of each track are published, who is beyond its track leaves it (move.go, ride.go, physics.go)
//	hand over     and is put on the next one
//	change lanes  those who thought of it while they decided (lanechange.go)
//	inspect       who touches whom on another track
//	measure       who nearly does, and what is burnt (measures.go, conflicts.go); the traffic does not depend on it
//
// Arbitrate and drive read the state of the start of the step and write only the own junction or vehicle; move and change
// lanes write only tracks of the own worker. So who does what, and in which order, never changes the result.
//
// # Action points
//
// A driver looks and decides every driver.Params.Interval, staggered by vehicle id, and holds the pedal in between
// (vehicle.pedal); only physics acts then: the jerk, the envelope of tyres and engine, the speed. vehicle.due counts the steps
// until the next decision. What cannot wait sets it to 0: a new track or lane, a grant given or taken back, somebody else ahead,
// coming to a stand. Move finds the rest, since the vehicle ahead is at hand: it comes close, brakes hard, or pulls away from one
// who stands. Drive visits only the tracks where somebody is next (track.looks).
//
// # Slippery roads
//
// What lies on a road is known by the track (place.condition), and by the metre where something lies on a part of it; the weather steps
// with the world (roads.go). Physics goes by that. Drivers go by what they believe (belief.go): a step of a ladder of grips for each
// vehicle, which follows what the road looks like here and a few seconds ahead, in the driver's own reading, with what has been
// felt. As long as all roads are dry nothing of it is looked at. Who is too fast for a bend slides (skid.go), in steps of a
// millisecond; those are listed, and cost the others nothing.
//
// # The data
//
// A track (lane or connector) has its vehicles in one buffer, the most downstream first: the leader is the element before. A
// vehicle is one cache line of 64 bytes, a track another one with the sums it counts; what never changes of a track (place) is
// two. Everything else of a vehicle is in its journey, which decisions read and steps do not. Tracks are stored junction by
// junction along a space-filling curve, so that a worker's piece of the city is one piece of memory. Other tracks read only the
// ends of a track: one line. A bit set of the tracks in use (worker.live) is all that a phase walks
// through. Buffers come and grow in the order of events; once a minute they are laid out anew in the order of the tracks
// (arena.go), so that the processor fetches the next before it is asked for; the phases that go through all tracks in use ask for
// those that come next in time (roll.go).
//
// # What is skipped, and why that is exact
//
//   - Tracks without vehicles are not visited.
//   - A driver who stands behind one who stands, and has decided to because of him, is not asked: the same gap at the same two
//     speeds (zero) gives the same answer, and whatever else held him as well could only lower it (vehicle.isHeld).
//     A run of such vehicles is noted on its track (track.calm), and nobody looks at them until the one ahead moves or somebody
//     stirs the track; a track on which all are costs a look at its 64 bytes. Since when somebody stands is kept as a step
//     (vehicle.stood), which need not be counted up. A lane whose first stands at red is not asked by its junction.
//   - The first at a stop line, who stands and has decided to for want of a grant, is not asked until it comes. Only if the line is
//     what he stopped for: who stands short of it behind somebody's rear would go on to it when that is gone.
//   - A vehicle that stands without pulling away has no acceleration, and does not move; only its waiting is counted.
//   - On level, straight track an acceleration that the class surely has in that span of speeds (reach) needs no look at its
//     envelope, neither to limit it nor to check it.
//   - Who has moved is looked at for contact with the vehicle ahead while both lines are at hand. On other tracks only the first
//     within a vehicle's length of the end of its own is looked at, and connectors whose paths meet.
//
// One more is not exact but how the model is: a junction that has refused nobody asks again only every 0.4 s (restFor).
//
// TestSkippingChangesNothing drives networks with everything in them with and without the second and third of these, and compares
// every vehicle in every step.
//
// # Threads
//
// A worker has a contiguous piece of the city, shared out anew each minute by vehicles and tracks in use. Its goroutine looks
// for the next phase for some 50 µs before it goes to sleep (pool.go), since waking one takes about as long as a phase does.
// Below some 2,000 vehicles the caller does everything alone.
//
// # Where the time goes
//
// bench/SPEED.md has it by phase. An update is some 600 instructions, of which the arithmetic of car following is a tenth: the rest is
// looking at what is at the end of the lane, who else wants to enter the junction, and bookkeeping. Four of ten vehicles that move
// decide in a step, for some 900 instructions each. In larger cities memory decides: a track in use costs some ten cache lines a step,
// and has two or three vehicles.
package traffic
