package osmimport

import (
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// laneTags returns the tags that speak of each lane.
func laneTags(tags extract.Tags) extract.Tags {
	var lists extract.Tags
	for _, t := range tags {
		if strings.Contains(t.Key, ":lanes") {
			lists = append(lists, t)
		}
	}
	return lists
}

// list returns the values of a key such as turn:lanes for the lanes of one direction from the kerb; nil if there are
// none. A key without a direction speaks of one-way roads only.
func (l *laneReader) list(key string, dir int) []string {
	if len(l.lists) == 0 {
		return nil
	}
	value := l.lists.Find(key + directionSuffixes[dir])
	if value == "" && l.oneway && dir == l.main {
		value = l.lists.Find(key)
	}
	return l.fromKerb(value)
}

// wholeList is like list, and understands lists of all lanes of a two-way road from one kerb to the other, as width and
// permissions are often written.
func (l *laneReader) wholeList(key string, dir int) []string {
	if own := l.list(key, dir); own != nil || len(l.lists) == 0 || l.oneway {
		return own
	}
	value := l.lists.Find(key)
	if value == "" {
		return nil
	}
	all := strings.Split(value, "|")
	if len(all) != l.counts[0]+l.counts[1]+l.middle {
		return nil
	}
	if l.side == network.RightHand {
		slices.Reverse(all)
	}
	if dir == 1 { // the other kerb is that of the direction against the way
		slices.Reverse(all)
	}
	return all[:l.counts[dir]]
}

// fromKerb splits a value that speaks of each lane from left to right.
func (l *laneReader) fromKerb(value string) []string {
	if value == "" {
		return nil
	}
	list := strings.Split(value, "|")
	for i := range list {
		list[i] = strings.ToLower(strings.TrimSpace(list[i]))
	}
	if l.side == network.RightHand {
		slices.Reverse(list)
	}
	return list
}

// fit returns the columns that a list of so many values speaks of: all; those of motor vehicles, if it leaves the cycle
// lanes out; those of cars, if it leaves the bus lanes out, too; else as many from the kerb as there are values, nil if
// there are too many.
func fit(columns []column, values int) []int {
	var all, motor, cars []int
	for i := range columns {
		all = append(all, i)
		if columns[i].permitted != 0 {
			motor = append(motor, i)
		}
		if columns[i].permitted.Has(network.Car) {
			cars = append(cars, i)
		}
	}
	for _, some := range [][]int{all, motor, cars} {
		if len(some) == values {
			return some
		}
	}
	if values > len(all) {
		return nil
	}
	return all[:values]
}

// laneList splits a value that speaks of each lane, from left to right; nil if there is none.
func laneList(tags extract.Tags, key string) []string {
	value := tags.Find(key)
	if value == "" {
		return nil
	}
	return strings.Split(value, "|")
}

// listFor returns the list of key for one direction, from left to right; without suffix it speaks of one-way roads only.
func listFor(tags extract.Tags, key string, dir int, oneway bool) []string {
	if list := laneList(tags, key+directionSuffixes[dir]); list != nil {
		return list
	}
	if oneway {
		return laneList(tags, key)
	}
	return nil
}
