// Package cityflow reads road networks in CityFlow's format (roadnet.json, as https://cityflow.readthedocs.io describes
// it), in which many published studies of signal control give their streets.
//
// What CityFlow means, as its documentation and its loader have it, and what becomes of it:
//
//   - One drives on the right. Lane 0 of a road is the innermost, the lane beside the oncoming traffic; lanes lie side by
//     side to the right of the road's points. Here lane 0 is at the kerb: the order is turned round.
//   - A road ends at its points; its lanes end "width" of the intersection before that. The stop lines are there.
//   - roadLinks with their laneLinks are all that may be driven: no connector is added. The points of laneLinks are not
//     used; paths are drawn between the stop lines as everywhere else.
//   - Where paths meet, straight on goes before left turns, and those before right turns; of equals the first goes.
//   - Virtual intersections are the edge of the map.
//   - lightphases are the signal program: each road link is a signal group. CityFlow has no amber; package signals adds what
//     its conflict monitor needs. Intersections with fewer than two phases have no signals, as in CityFlow.
//
// Coordinates are metres in a plane of their own; nothing tells where on Earth it is. They are kept as given, in a projection
// around 0° north, 0° east; those farther than 100 km from the origin are moved, and the report says by how much.
//
// The format has no kinds of road. A road of two lanes or more is taken for a secondary road, one of one lane for a
// tertiary, faster than 25 m/s for a trunk road; every lane is of asphalt and open to all.
package cityflow
