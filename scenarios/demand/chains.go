package demand

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// Activity is what somebody does at a place between two trips.
type Activity uint8

// The activities.
const (
	AtHome Activity = iota
	AtWork
	AtSchool
	AtShop
	AtLeisure
	AtBusiness
	numActivities
)

// activities tell what each is: its name in files, the purpose of a trip to it, how long one stays on average and by how
// much that differs (s, a normal distribution that is cut off at a quarter of the mean) [assumed: typical of travel surveys].
var activities = [numActivities]struct {
	name       string
	purpose    Purpose
	stay, vary float64
}{
	AtHome:     {"home", Unknown, 1.5 * 3600, 0.7 * 3600}, // between two tours
	AtWork:     {"work", Commute, 8.2 * 3600, 1.3 * 3600},
	AtSchool:   {"school", School, 5.5 * 3600, 1 * 3600},
	AtShop:     {"shop", Shopping, 0.6 * 3600, 0.3 * 3600},
	AtLeisure:  {"leisure", Leisure, 2 * 3600, 1 * 3600},
	AtBusiness: {"business", Business, 1.5 * 3600, 0.8 * 3600},
}

// ParseActivity returns the activity called name.
func ParseActivity(name string) (Activity, error) {
	var names []string
	for a, what := range activities {
		if what.name == name {
			return Activity(a), nil
		}
		names = append(names, what.name)
	}
	return 0, fmt.Errorf("%q, want one of %s", name, strings.Join(names, ", "))
}

// Chain is what somebody does on a day, one activity after the other, with a trip between any two.
type Chain struct {
	Activities []Activity // the first and the last are AtHome
	Share      float64    // of those who drive on a day; relative
}

// Check returns what is wrong with c.
func (c *Chain) Check() error {
	a := c.Activities
	switch {
	case len(a) < 3 || len(a) > maxActivities:
		return fmt.Errorf("%d activities, want 3 to %d, as [home, work, home]", len(a), maxActivities)
	case a[0] != AtHome || a[len(a)-1] != AtHome:
		return fmt.Errorf("want home first and last")
	case !(c.Share > 0) || math.IsInf(c.Share, 0):
		return fmt.Errorf("share %g, want above 0", c.Share)
	}
	for i := 1; i < len(a); i++ {
		if a[i] == AtHome && a[i-1] == AtHome {
			return fmt.Errorf("home twice in a row")
		}
	}
	return nil
}

const maxActivities = 12

// DefaultChains returns what drivers do on a workday [assumed: the shares of the commonest chains in travel surveys, rounded].
func DefaultChains() []Chain {
	return []Chain{
		{[]Activity{AtHome, AtWork, AtHome}, 0.33},
		{[]Activity{AtHome, AtShop, AtHome}, 0.18},
		{[]Activity{AtHome, AtLeisure, AtHome}, 0.14},
		{[]Activity{AtHome, AtWork, AtShop, AtHome}, 0.10},
		{[]Activity{AtHome, AtWork, AtHome, AtLeisure, AtHome}, 0.07},
		{[]Activity{AtHome, AtSchool, AtHome}, 0.05},
		{[]Activity{AtHome, AtSchool, AtWork, AtHome}, 0.05},
		{[]Activity{AtHome, AtShop, AtHome, AtLeisure, AtHome}, 0.05},
		{[]Activity{AtHome, AtBusiness, AtHome}, 0.03},
	}
}

func (c *Chain) String() string {
	names := make([]string, len(c.Activities))
	for i, a := range c.Activities {
		names[i] = activities[a].name
	}
	return strings.Join(names, "-")
}

// classSharePeople are the classes that people drive.
var classSharePeople = [network.NumVehicleClasses]float64{network.Car: 0.95, network.Van: 0.03, network.Motorcycle: 0.02}

// chainSpeed and chainDetour give the time between the end of an activity and the begin of the next, as people plan it: the way
// as the crow flies, with a detour, at a mean speed (m/s), and chainParking (s) to find a place; chainOutsideTime (s) is that
// of a trip between two places outside of the map [assumed].
const (
	chainSpeed   = 9.0
	chainDetour  = 1.3
	chainParking = 120.0

	chainOutsideTime = 1200.0
)

// FromChains makes the trips of people who go from activity to activity: each trip begins where the one before ended, and after
// a stay there. There are as many people as the default demand has trips from home for; where they live, work and shop is drawn as
// there, too, and some of those who live inside do it all outside of the map, and the other way about. What chains do not explain, the
// traffic that passes through, lorries and buses, is that of the default demand.
func (p *Places) FromChains(chains []Chain, params Params, seed uint64, begin, end float64) *Demand {
	d := p.Demand(params, seed, begin, end)
	c := chainDemand{demand: d, model: d.model, seed: seed, chains: chains}
	c.keepOthers()
	for i := range chains {
		c.shares = append(c.shares, chains[i].Share)
		c.perPerson += chains[i].Share * float64(chains[i].toursFromHome())
	}
	cumulate(c.shares)
	cumulate(c.classes[:copy(c.classes[:], classSharePeople[:])])
	c.perPerson /= total(c.shares)
	v := &d.model.volumes[fromHome]
	residents := c.people("residents", v[internal]+v[outbound])
	visitors := c.people("from outside", v[inbound])
	for day := max(0, math.Floor(begin/86400)-1); day*86400 < end; day++ {
		for i := range residents {
			c.person(uint64(day)*dayStride+i, day*86400, false)
		}
		for i := range visitors {
			c.person(uint64(day)*dayStride+dayStride/2+i, day*86400, true)
		}
	}
	c.describe()
	d.arrange(c.about)
	return d
}

// toursFromHome returns how often one leaves home.
func (c *Chain) toursFromHome() (n int) {
	for _, a := range c.Activities[:len(c.Activities)-1] {
		if a == AtHome {
			n++
		}
	}
	return n
}

// chainDemand makes trips of chains.
type chainDemand struct {
	demand    *Demand
	model     *model
	seed      uint64
	chains    []Chain
	shares    []float64 // cumulative
	classes   [network.NumVehicleClasses]float64
	perPerson float64 // trips from home
	about     []About
	told      []string
	made      int
}

// keepOthers leaves of the default demand what chains do not replace.
func (c *chainDemand) keepOthers() {
	d := c.demand
	kept := d.Trips[:0]
	d.counts.classes = [network.NumVehicleClasses]int{}
	for i := range d.Trips {
		t, a := &d.Trips[i], d.About[i]
		if a.Purpose == Passing || a.Purpose == Freight || t.Class == network.Bus {
			a.Number ^= 1 << 63 // apart from the people's
			kept, c.about = append(kept, *t), append(c.about, a)
			d.counts.classes[t.Class]++
		}
	}
	d.Trips, d.counts.dropped = kept, 0
}

func (c *chainDemand) people(who string, trips float64) uint64 {
	n := uint64(math.Round(trips / c.perPerson))
	c.told = append(c.told, fmt.Sprintf("%d %s", n, who))
	return n
}

// The steps of what is drawn from stream ActivityChain for a person; those of an activity are chainStride apart, and so are attempts
// at a whole chain, of chainAttempt.
const (
	chainKind = iota
	chainClass
	chainDepart
	chainOutside
	chainStay
	chainStride  = 16
	chainAttempt = chainStride * (maxActivities + 1)
)

// stop is a place of a chain: where one arrives and from where one departs.
type stop struct {
	arrive, depart tripEnd
	at             network.Point
	zone           int // inside of the map
}

// person makes the trips of one person on the day that begins at midnight (s).
func (c *chainDemand) person(n uint64, midnight float64, visitor bool) {
	u := func(step uint64) float64 { return draw.Float64(c.seed, draw.ActivityChain, n, step) }
	chain := &c.chains[pick(c.shares, u(chainKind)*total(c.shares))]
	class := network.VehicleClass(pick(c.classes[:], u(chainClass)*total(c.classes[:])))
	var stops []stop
	for attempt := range uint64(attempts + 1) {
		if attempt == attempts {
			class = network.Car
		}
		if stops = c.places(chain, ticket{c.seed, n, attempt * chainAttempt}, visitor, class); stops != nil {
			break
		}
	}
	if stops == nil {
		c.demand.counts.dropped++
		return
	}
	day := interpolate(&outward[activities[chain.Activities[1]].purpose])
	cumulate(day[:])
	s := u(chainDepart) * total(day[:])
	bin := pick(day[:], s)
	before := 0.0
	if bin > 0 {
		before = day[bin-1]
	}
	time := midnight + (float64(bin)+(s-before)/(day[bin]-before))*binLength
	for i := 1; i < len(stops); i++ {
		c.leg(n, i, chain, stops, time, class)
		stay := &activities[chain.Activities[i]]
		drawn := stay.stay + stay.vary*draw.Normal(c.seed, draw.ActivityChain, n, uint64(i)*chainStride/2+chainStay+chainAttempt*(attempts+2))
		time += c.travelTime(&stops[i-1], &stops[i]) + math.Max(stay.stay/4, drawn)
	}
}

func (c *chainDemand) travelTime(a, b *stop) float64 {
	if a.depart.edge < 0 || b.arrive.edge < 0 {
		return chainOutsideTime
	}
	return math.Round(length(a.at, b.at)*chainDetour/chainSpeed) + chainParking
}

// leg adds the trip to stop i, if it departs in the period and is not outside of the map.
func (c *chainDemand) leg(n uint64, i int, chain *Chain, stops []stop, time float64, class network.VehicleClass) {
	from, to := stops[i-1].depart, stops[i].arrive
	time = math.Floor(time*1000) / 1000
	if from.edge < 0 || to.edge < 0 || time < c.demand.begin || time >= c.demand.end {
		return
	}
	purpose := activities[chain.Activities[i]].purpose
	if chain.Activities[i] == AtHome {
		purpose = activities[chain.Activities[i-1]].purpose
	}
	c.made++
	c.demand.Trips = append(c.demand.Trips, traffic.Trip{
		Depart: time, From: from.edge, To: to.edge, FromPos: from.pos, ToPos: to.pos, Class: class,
	})
	c.demand.counts.classes[class]++
	c.about = append(c.about, About{Number: n*maxActivities + uint64(i), Purpose: purpose})
}

// outside marks an end that is beyond the map.
var outside = tripEnd{edge: network.None}

// places draws where a chain takes place; nil if the class cannot drive it.
func (c *chainDemand) places(chain *Chain, t ticket, visitor bool, class network.VehicleClass) []stop {
	m := c.model
	home := stop{arrive: outside, depart: outside, zone: -1}
	if !visitor {
		z := m.zone(true, t)
		if z < 0 {
			return nil
		}
		end := m.spot(z, true, draw.TripOrigin, draw.DeparturePosition, t)
		home = stop{end, end, m.places.pointAt(end.edge, end.pos), z}
	}
	stops := []stop{home}
	away := false // on a tour whose activities are outside
	for i := 1; i < len(chain.Activities); i++ {
		at := ticket{t.seed, t.number, t.step + uint64(i)*chainStride}
		last := &stops[len(stops)-1]
		if chain.Activities[i] == AtHome {
			stops = append(stops, home)
			continue
		}
		if chain.Activities[i-1] == AtHome && !visitor {
			away = !visitor && draw.Float64(t.seed, draw.ActivityChain, t.number, at.step+chainOutside) >= m.inside
		}
		var next stop
		switch {
		case away:
			next = stop{arrive: outside, depart: outside}
		case visitor && last.depart.edge < 0:
			next = c.firstOfVisitor(at)
		default:
			next = c.near(last, at)
		}
		if !away && next.arrive.edge < 0 {
			return nil
		}
		stops = append(stops, next)
	}
	if !c.pass(stops, t) || !c.drivable(stops, class) {
		return nil
	}
	return stops
}

// firstOfVisitor draws the first place of somebody who comes from outside.
func (c *chainDemand) firstOfVisitor(t ticket) stop {
	m := c.model
	if total(m.byEntry) == 0 {
		return stop{arrive: outside}
	}
	entry := pick(m.byEntry, t.float(draw.TripOrigin, drawGate)*total(m.byEntry))
	row := m.zonesOf(entry, false)
	if total(row) == 0 {
		return stop{arrive: outside}
	}
	return c.within(pick(row, t.float(draw.TripDestination, drawZone)*total(row)), t)
}

// near draws a place by its jobs and its distance from the last.
func (c *chainDemand) near(last *stop, t ticket) stop {
	m := c.model
	row := m.zonesFrom(last.zone, false)
	if total(row) == 0 {
		return stop{arrive: outside}
	}
	return c.within(pick(row, t.float(draw.TripDestination, drawZone)*total(row)), t)
}

func (c *chainDemand) within(zone int, t ticket) stop {
	end := c.model.spot(zone, false, draw.TripDestination, draw.ArrivalPosition, t)
	return stop{end, end, c.model.places.pointAt(end.edge, end.pos), zone}
}

// pass finds the gates by which a chain leaves the map and comes back: by the road one left by, if it has another direction, or the
// nearest.
func (c *chainDemand) pass(stops []stop, t ticket) bool {
	p := c.model.places
	for i := range stops {
		s := &stops[i]
		if s.arrive.edge >= 0 || len(p.entries) == 0 || len(p.exits) == 0 {
			if s.arrive.edge < 0 {
				return false
			}
			continue
		}
		from := s
		for _, k := range []int{i - 1, i + 1} { // what is inside next to it
			if k >= 0 && k < len(stops) && stops[k].arrive.edge >= 0 && stops[k].arrive.pos >= 0 {
				from = &stops[k]
			}
		}
		if from == s {
			continue // all outside
		}
		row := make([]float64, len(p.exits))
		for k, g := range p.exits {
			row[k] = (g.daily - g.pass) * decay(length(from.at, g.at), gateDeterrence)
		}
		if cumulate(row); total(row) == 0 {
			return false
		}
		exit := &p.exits[pick(row, draw.Float64(t.seed, draw.TripDestination, t.number, t.step+drawGate)*total(row))]
		entry := p.entryBeside(exit)
		s.arrive, s.depart, s.at = tripEnd{exit.edge, traffic.AtBoundary}, tripEnd{entry.edge, traffic.AtBoundary}, exit.at
	}
	return true
}

// entryBeside returns the gate by which one comes back who left by exit.
func (p *Places) entryBeside(exit *gate) *gate {
	best := slices.IndexFunc(p.entries, func(g gate) bool { return g.edge == p.net.Edges[exit.edge].Opposite })
	if best >= 0 {
		return &p.entries[best]
	}
	best = 0
	for i := range p.entries {
		if length(p.entries[i].at, exit.at) < length(p.entries[best].at, exit.at) {
			best = i
		}
	}
	return &p.entries[best]
}

// drivable reports whether a class can drive all trips of a chain; those between two places outside need not be.
func (c *chainDemand) drivable(stops []stop, class network.VehicleClass) bool {
	m := c.model
	for i := 1; i < len(stops); i++ {
		from, to := stops[i-1].depart, stops[i].arrive
		if from.edge < 0 || to.edge < 0 {
			continue
		}
		if from.pos == traffic.AtBoundary && to.pos == traffic.AtBoundary {
			stops[i].arrive, stops[i-1].depart = outside, outside
			continue
		}
		if !m.fit(from, class) || !m.fit(to, class) || !m.differ(from, to) || !m.leads(from, to, class) {
			return false
		}
	}
	return true
}

func (c *chainDemand) describe() {
	d, m := c.demand, c.model
	d.made = append(d.made, fmt.Sprintf("activity chains of %s; %.0f %% of the residents' tours stay inside", strings.Join(c.told, " and "), 100*m.inside))
	for i := range c.chains {
		d.made = append(d.made, fmt.Sprintf("  %4.0f %% %s", 100*c.chains[i].Share/total(c.shares), c.chains[i].String()))
	}
	stays := make([]string, 0, numActivities)
	for _, a := range activities {
		stays = append(stays, fmt.Sprintf("%s %.1f ± %.1f h", a.name, a.stay/3600, a.vary/3600))
	}
	d.made = append(d.made, "stays: "+strings.Join(stays, ", ")+fmt.Sprintf("; between them %.0f km/h and %.0f s to park", chainSpeed*3.6, chainParking))
	d.made = append(d.made, fmt.Sprintf("%d trips of chains in this period; the others are through traffic, lorries and buses of the default demand", c.made))
	if d.counts.dropped > 0 {
		d.notes = append(d.notes, fmt.Sprintf("%d people dropped for want of streets that their vehicle may use", d.counts.dropped))
	}
}
