package planfile

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"roadtwin/network"
)

// words are what the groups of a controller are called, and how names lead to groups.
type words struct {
	net    *network.Network
	groups []network.SignalGroupID
	labels []string // of each group
}

// Labels returns what files call the groups of a controller, in its order: "northbound left" for instance, with the street where
// that is not clear. They are different from one another.
func Labels(net *network.Network, c network.ControllerID) []string { return wordsOf(net, c).labels }

func wordsOf(net *network.Network, c network.ControllerID) *words {
	w := &words{net: net, groups: net.Controllers[c].Groups}
	count := map[network.EdgeID]int{}
	for _, g := range w.groups {
		count[net.SignalGroups[g].Approach]++
	}
	for _, g := range w.groups {
		label := Heading(net, net.SignalGroups[g].Approach)
		if count[net.SignalGroups[g].Approach] > 1 {
			label += " " + strings.Join(turnWords(turnsOf(net, g)), " and ")
		}
		w.labels = append(w.labels, label)
	}
	w.distinguish(func(g network.SignalGroupID) string { return net.Edges[net.SignalGroups[g].Approach].Name })
	w.distinguish(func(g network.SignalGroupID) string { return fmt.Sprintf("edge %d", net.SignalGroups[g].Approach) })
	w.distinguish(func(g network.SignalGroupID) string { return fmt.Sprintf("group %d", g) })
	return w
}

// distinguish adds to labels that several groups have, what more is known of these.
func (w *words) distinguish(more func(network.SignalGroupID) string) {
	count := map[string]int{}
	for _, l := range w.labels {
		count[l]++
	}
	for i, l := range w.labels {
		if extra := more(w.groups[i]); count[l] > 1 && extra != "" {
			w.labels[i] = l + ", " + extra
		}
	}
}

// headings are the directions of travel, by eighths of a turn from east, counter-clockwise.
var headings = [...]string{"eastbound", "northeastbound", "northbound", "northwestbound", "westbound", "southwestbound", "southbound", "southeastbound"}

// Heading returns the direction in which an edge meets the junction at its end, "northbound" or one of the others of eight.
func Heading(net *network.Network, e network.EdgeID) string {
	shape := net.Lanes[net.Edges[e].FirstLane].Shape
	p, q := shape[len(shape)-2], shape[len(shape)-1]
	eighth := math.Round(math.Atan2(q.Y-p.Y, q.X-p.X) / (math.Pi / 4))
	return headings[(int(eighth)+8)%8]
}

// turnsOf returns the turns of a group.
func turnsOf(net *network.Network, g network.SignalGroupID) network.TurnSet {
	var set network.TurnSet
	for _, c := range net.SignalGroups[g].Connectors {
		set |= 1 << net.Connectors[c].Turn
	}
	return set
}

// turnNames are the turns as files have them.
var turnNames = []struct {
	name  string
	turns []network.Turn
}{
	{"left", []network.Turn{network.SlightLeft, network.Left, network.SharpLeft}},
	{"through", []network.Turn{network.Through}},
	{"right", []network.Turn{network.SlightRight, network.Right, network.SharpRight}},
	{"u-turn", []network.Turn{network.UTurn}},
}

func turnWords(set network.TurnSet) []string {
	var names []string
	for _, t := range turnNames {
		if slices.ContainsFunc(t.turns, set.Has) {
			names = append(names, t.name)
		}
	}
	return names
}

// synonyms are other ways to write a heading or a turn.
var synonyms = map[string]string{
	"nb": "northbound", "north": "northbound", "n": "northbound", "sb": "southbound", "south": "southbound", "s": "southbound",
	"eb": "eastbound", "east": "eastbound", "e": "eastbound", "wb": "westbound", "west": "westbound", "w": "westbound",
	"ne": "northeastbound", "nw": "northwestbound", "se": "southeastbound", "sw": "southwestbound",
	"neb": "northeastbound", "nwb": "northwestbound", "seb": "southeastbound", "swb": "southwestbound",
	"l": "left", "t": "through", "thru": "through", "straight": "through", "ahead": "through", "r": "right", "u": "u-turn", "uturn": "u-turn",
	"nbl": "northbound left", "nbt": "northbound through", "nbr": "northbound right", "sbl": "southbound left", "sbt": "southbound through",
	"sbr": "southbound right", "ebl": "eastbound left", "ebt": "eastbound through", "ebr": "eastbound right", "wbl": "westbound left",
	"wbt": "westbound through", "wbr": "westbound right",
}

// find returns the group that is called so: by its label, by its name in the network, or by words that only it answers to:
// heading, turns, parts of the street's name.
func (w *words) find(name string) (network.SignalGroupID, error) {
	for i, label := range w.labels {
		if strings.EqualFold(label, name) || strings.EqualFold(w.net.SignalGroups[w.groups[i]].Name, name) {
			if other := slices.IndexFunc(w.groups[i+1:], func(g network.SignalGroupID) bool { return strings.EqualFold(w.net.SignalGroups[g].Name, name) }); other < 0 || strings.EqualFold(label, name) {
				return w.groups[i], nil
			}
		}
	}
	var found []int
	for i := range w.groups {
		if w.answers(w.groups[i], name) {
			found = append(found, i)
		}
	}
	switch len(found) {
	case 1:
		return w.groups[found[0]], nil
	case 0:
		return 0, fmt.Errorf("no group is %q; there are %s", name, quoted(w.labels))
	}
	var names []string
	for _, i := range found {
		names = append(names, w.labels[i])
	}
	return 0, fmt.Errorf("%q may be %s; say which", name, quoted(names))
}

// answers tells whether every word of a name is true of a group.
func (w *words) answers(g network.SignalGroupID, name string) bool {
	approach := w.net.SignalGroups[g].Approach
	street := fields(w.net.Edges[approach].Name)
	said := 0
	for _, word := range fields(name) {
		for _, part := range strings.Fields(meaning(word)) {
			said++
			switch {
			case slices.Contains(headings[:], part):
				if Heading(w.net, approach) != part {
					return false
				}
			case isTurn(part):
				if !slices.Contains(turnWords(turnsOf(w.net, g)), part) {
					return false
				}
			case part == "and" || part == "from" || part == "on":
			case !slices.Contains(street, part) && !slices.Contains(street, word):
				return false
			}
		}
	}
	return said > 0
}

func isTurn(word string) bool {
	for _, t := range turnNames {
		if t.name == word {
			return true
		}
	}
	return false
}

func meaning(word string) string {
	if m, ok := synonyms[word]; ok {
		return m
	}
	return word
}

// fields splits a name into words of letters and digits, in small letters.
func fields(name string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(name, "u-turn", "uturn")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// quoted lists names for a message, sorted.
func quoted(names []string) string {
	var out []string
	for _, n := range slices.Sorted(slices.Values(names)) {
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}
