package staggering

import (
	"fmt"
	"math"

	"roadtwin/scenarios"
)

// Candidate is a policy to be tried.
type Candidate struct {
	Rule    string  `json:"rule"`    // spread or price
	Share   float64 `json:"share"`   // of the group that complies
	Minutes float64 `json:"at_most"` // minutes
	Level   float64 `json:"level"`   // of the price: minutes of shift that the longest delay is worth; 0 of spread
}

func (c *Candidate) String() string {
	if c.Rule == "price" {
		return fmt.Sprintf("price up to %.3g min, at most %.3g min", c.Level, c.Minutes)
	}
	return fmt.Sprintf("spread %.3g %% by at most %.3g min", 100*c.Share, c.Minutes)
}

// policy returns the candidate as a scenario has it; group says whose departures it is about, delays the mean delay by time of departure.
func (c *Candidate) policy(group scenarios.Departures, delays Profile) scenarios.Departures {
	p := group
	p.Name = c.String()
	p.Share, p.AtMost, p.Spread, p.Starts, p.Price = &c.Share, c.Minutes, nil, nil, nil
	if c.Rule == "price" {
		p.Price = delays.price(c.Level)
		return p
	}
	p.Spread = &scenarios.SpreadRule{}
	if group.Spread != nil {
		*p.Spread = *group.Spread
	}
	return p
}

// Profile is the mean delay of trips by their time of departure.
type Profile struct {
	Begin, Step float64   // s after midnight, s
	Delay       []float64 // s, by interval
}

// add counts a trip in sums of delays and trips.
func (p *Profile) add(trips []float64, depart, delay float64) {
	if k := int((depart - p.Begin) / p.Step); k >= 0 && k < len(p.Delay) {
		p.Delay[k] += delay
		trips[k]++
	}
}

// smooth turns sums into means over three intervals each: one jam more or less is no reason for a price.
func (p *Profile) smooth(trips []float64) {
	sums := append([]float64(nil), p.Delay...)
	for k := range p.Delay {
		sum, n := 0.0, 0.0
		for i := max(0, k-1); i <= min(len(sums)-1, k+1); i++ {
			sum, n = sum+sums[i], n+trips[i]
		}
		p.Delay[k] = sum / math.Max(1, n)
	}
}

// price returns a price that is level minutes where the delay is longest and nothing where it is shortest.
func (p *Profile) price(level float64) []scenarios.PriceRule {
	low, high := math.Inf(1), math.Inf(-1)
	for _, d := range p.Delay {
		low, high = math.Min(low, d), math.Max(high, d)
	}
	points := make([]scenarios.PriceRule, len(p.Delay))
	for k, d := range p.Delay {
		points[k].At = scenarios.Clock(p.Begin + (float64(k)+0.5)*p.Step)
		if high > low {
			points[k].Minutes = math.Round(100*level*(d-low)/(high-low)) / 100
		}
	}
	return points
}

// Grid returns candidates of every share and every number of minutes, and prices of every level that anybody could still avoid.
func Grid(shares, minutes, levels []float64) (all []Candidate) {
	for _, m := range minutes {
		for _, s := range shares {
			all = append(all, Candidate{Rule: "spread", Share: s, Minutes: m})
		}
	}
	if len(minutes) == 0 {
		return all
	}
	longest := minutes[0]
	for _, m := range minutes {
		longest = math.Max(longest, m)
	}
	for _, l := range levels {
		all = append(all, Candidate{Rule: "price", Share: 1, Minutes: longest, Level: l})
	}
	return all
}

// between returns what lies in the middle of two candidates of one rule; ok is false if they are of two, or the same but for a tenth.
func between(a, b *Candidate) (c Candidate, ok bool) {
	if a.Rule != b.Rule {
		return c, false
	}
	mid := func(x, y float64) float64 { return math.Round(1000*math.Sqrt(x*y)) / 1000 }
	c = Candidate{Rule: a.Rule, Share: mid(a.Share, b.Share), Minutes: math.Round(mid(a.Minutes, b.Minutes)), Level: mid(a.Level, b.Level)}
	apart := math.Abs(math.Log((a.Share * a.Minutes * math.Max(a.Level, 1)) / (b.Share * b.Minutes * math.Max(b.Level, 1))))
	return c, apart > 0.1
}
