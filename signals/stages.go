package signals

import (
	"slices"

	"roadtwin/network"
)

// bundle is the groups of an approach that share lanes, directly or through one another: they can only be green
// together, or one would block the other. Stages are made of bundles.
type bundle struct {
	slots     []int // groups, numbered as in the controller; ascending
	approach  network.EdgeID
	flow      float64 // assumed flow over saturation flow of its busiest lane
	protected bool    // turns from lanes of its own across oncoming traffic: gets a stage without it
	feeds     []int   // bundles of the controller that its traffic reaches next
	needs     []int   // those of them of which one must be green, too, for this one to get anywhere
}

// stager finds the stages of one controller.
type stager struct {
	net       *network.Network
	groups    []network.SignalGroupID
	relations relations
	bundles   []bundle
	clash     []bool // of bundles, n x n: not green in the same stage
}

// stageSet is bundles that are green together; lead is the busiest of those that get their first green with it.
type stageSet struct {
	members   []int // ascending
	lead      int
	flow      float64 // of lead
	cost      float64 // in flow: what it adds to the cycle
	serves    float64 // flow of all that get their first green with it
	protected bool    // a protected bundle gets its first green with it
}

// findStages returns stages that between them give every bundle green, in the order in which they are shown: the
// busiest road first, and turns from lanes of their own before the through traffic of their road.
func findStages(net *network.Network, c network.ControllerID, rel relations) (*stager, []stageSet) {
	s := &stager{net: net, groups: net.Controllers[c].Groups, relations: rel}
	s.bind()
	s.protect()
	s.connect()
	s.chain()
	search := cover{stager: s, left: coverSteps}
	search.from(make([]int, len(s.bundles)), nil, 0)
	return s, s.order(search.best)
}

// bind makes the bundles.
func (s *stager) bind() {
	root := make([]int, len(s.groups))
	first := make(map[network.LaneID]int) // only looked up, never ranged over
	for i, g := range s.groups {
		root[i] = i
		for _, c := range s.net.SignalGroups[g].Connectors {
			lane := s.net.Connectors[c].From
			if j, ok := first[lane]; ok {
				join(root, i, j)
			} else {
				first[lane] = i
			}
		}
	}
	at := make([]int, len(s.groups))
	for i, g := range s.groups {
		r := find(root, i)
		if r == i { // roots are the lowest of their set
			at[i] = len(s.bundles)
			s.bundles = append(s.bundles, bundle{approach: s.net.SignalGroups[g].Approach})
		}
		b := &s.bundles[at[r]]
		b.slots = append(b.slots, i)
	}
	for i := range s.bundles {
		s.bundles[i].flow = s.assumedFlow(&s.bundles[i])
	}
}

func find(root []int, i int) int {
	for root[i] != i {
		i = root[i]
	}
	return i
}

func join(root []int, i, j int) {
	a, b := find(root, i), find(root, j)
	root[max(a, b)] = min(a, b)
}

// assumedFlow stands in for counts: flow over saturation flow of the busiest lane by the rank of the road, a little more
// for each further lane (roads are widened where they are full), and half for turns from lanes of their own. The
// numbers are assumptions. In central Wilmington they give cycles of 50 or 60 s at nine of ten crossings, and up to 120 s
// where main roads meet in three or four stages.
func (s *stager) assumedFlow(b *bundle) float64 {
	edge := &s.net.Edges[b.approach]
	flow := [network.NumRoadClasses]float64{
		network.Motorway: 0.30, network.Trunk: 0.30, network.Primary: 0.27, network.Secondary: 0.24, network.Tertiary: 0.20,
		network.Unclassified: 0.16, network.Residential: 0.13, network.LivingStreet: 0.08, network.Service: 0.08,
	}[edge.Road]
	flow *= 1 + 0.05*float64(min(edge.NumLanes, 4)-1)
	for _, i := range b.slots {
		if !onlyTurns(s.net, &s.net.SignalGroups[s.groups[i]]) {
			return flow
		}
	}
	return flow / 2
}

// protect decides which bundles clash. A bundle that only turns across oncoming traffic, from lanes of its own, gets a
// stage without that traffic; one that shares its lanes gives way instead.
func (s *stager) protect() {
	n := len(s.bundles)
	s.clash = make([]bool, n*n)
	for i := range s.bundles {
		turns := true
		for _, a := range s.bundles[i].slots {
			turns = turns && onlyTurns(s.net, &s.net.SignalGroups[s.groups[a]])
		}
		for j := range s.bundles {
			worst := compatible
			for _, a := range s.bundles[i].slots {
				for _, b := range s.bundles[j].slots {
					worst = max(worst, s.relations.between(a, b))
				}
			}
			oncoming := worst == permissive && s.bundles[i].approach != s.bundles[j].approach
			if turns && oncoming {
				s.bundles[i].protected = true
			}
			if i != j && (worst == conflicting || turns && oncoming) {
				s.clash[i*n+j], s.clash[j*n+i] = true, true
			}
		}
	}
}

// connect finds which bundles feed which: in a controller of several junctions, traffic that goes straight on at one
// stop line meets the next.
func (s *stager) connect() {
	for i := range s.bundles {
		for j := range s.bundles {
			if i != j && s.leadsTo(&s.bundles[i], s.bundles[j].approach) {
				s.bundles[i].feeds = append(s.bundles[i].feeds, j)
			}
		}
	}
}

// noQueue is the length in m of a street between two stop lines of one controller below which those whom the first lets
// go into the red of the second fill it up, and nobody behind them gets any further.
const noQueue = 25.0

// chain finds the bundles that lead to nothing but streets without room for a queue before the next stop line.
func (s *stager) chain() {
	for i := range s.bundles {
		b := &s.bundles[i]
		for j := range s.bundles {
			e := s.bundles[j].approach
			if s.net.Edges[e].Length < noQueue && s.leadsOnlyTo(b, e) && !s.clash[i*len(s.bundles)+j] {
				b.needs = append(b.needs, j)
			}
		}
	}
}

func (s *stager) leadsOnlyTo(b *bundle, e network.EdgeID) bool {
	for _, i := range b.slots {
		for _, c := range s.net.SignalGroups[s.groups[i]].Connectors {
			if s.net.Lanes[s.net.Connectors[c].To].Edge != e {
				return false
			}
		}
	}
	return true
}

// serves reports whether bundle b gets somewhere in a stage of those members.
func (s *stager) serves(b int, members []int) bool {
	needs := s.bundles[b].needs
	return len(needs) == 0 || slices.ContainsFunc(needs, func(next int) bool { return slices.Contains(members, next) })
}

func (s *stager) leadsTo(b *bundle, e network.EdgeID) bool {
	for _, i := range b.slots {
		for _, c := range s.net.SignalGroups[s.groups[i]].Connectors {
			con := &s.net.Connectors[c]
			if con.Turn == network.Through && s.net.Lanes[con.To].Edge == e {
				return true
			}
		}
	}
	return false
}

// busier orders stages by the flow of their leads, then by all that they serve.
func (a *stageSet) busier(b *stageSet) bool {
	return a.flow > b.flow || a.flow == b.flow && a.serves > b.serves
}

// order sorts the stages: those of the same road together, the busiest road first, in each road those that protect a
// turn first.
func (s *stager) order(stages []stageSet) []stageSet {
	var ordered []stageSet
	taken := make([]bool, len(stages))
	for {
		lead := -1
		for i := range stages {
			if !taken[i] && (lead < 0 || stages[i].busier(&stages[lead])) {
				lead = i
			}
		}
		if lead < 0 {
			return ordered
		}
		axis := arrival(s.net, s.bundles[stages[lead].lead].approach)
		for _, protected := range []bool{true, false} {
			for i := range stages {
				along := alignment(axis, arrival(s.net, s.bundles[stages[i].lead].approach))
				if !taken[i] && stages[i].protected == protected && (i == lead || along*along > 0.5) {
					taken[i] = true
					ordered = append(ordered, stages[i])
				}
			}
		}
	}
}
