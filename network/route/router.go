package route

import "roadtwin/network"

// Router holds what searches share: the turn graph of a network. It is immutable and safe for concurrent use; each
// goroutine searches with a Searcher of its own.
type Router struct {
	net *network.Network
}

// Query asks for the quickest way from the end of edge From to the end of edge To. The cost of a route is the sum of
// Times over its edges without the first, plus what the router charges for the turns between them.
type Query struct {
	From, To network.EdgeID
	Class    network.VehicleClass
	Times    []float64 // s to drive each edge now, indexed by EdgeID; nil means at its speed limit. +Inf closes an edge. Never below the free-flow time
}
