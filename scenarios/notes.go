package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Notes are what a run rests on, for people who judge its results.
type Notes struct {
	About   string   `json:"about,omitempty"`  // what the file says of the variant
	From    []string `json:"from,omitempty"`   // the variants that it builds on, if it adds nothing to them
	Demand  string   `json:"demand"`           // what is assumed of who travels, several lines
	Signals []string `json:"signals"`          // what was guessed for the plans
	Import  []string `json:"import"`           // what was guessed for the map, and what it may lack
	Events  []string `json:"events,omitempty"` // what of the events could not be as the scenario says
}

// mostNotes is how many notes of a kind are kept.
const mostNotes = 40

// notes returns what r rests on.
func (r *Run) notes() *Notes {
	n := &Notes{About: r.scenario.about, From: r.scenario.sumOf, Signals: first(r.city.PlanNotes), Events: first(r.scenario.eventNotes(r.Net()))}
	if name := r.scenario.signalFile(); isSUMOSignals(name) {
		if _, report, err := r.city.ImportSUMOSignals(name); err == nil {
			n.Signals = append(n.Signals, first(append(leftOut(report), report.Notes...))...)
		}
	}
	var text strings.Builder
	if r.demand.Describe(&text) == nil {
		n.Demand = text.String()
	}
	report := r.city.Report
	if report == nil {
		return n
	}
	for _, kind := range slices.Sorted(maps.Keys(report.Guessed)) {
		n.Import = append(n.Import, fmt.Sprintf("guessed or repaired, %s: %d", strings.ReplaceAll(kind, "_", " "), report.Guessed[kind]))
	}
	for _, kind := range slices.Sorted(maps.Keys(report.DroppedTotal)) {
		n.Import = append(n.Import, fmt.Sprintf("left out, %s: %d", strings.ReplaceAll(kind, "_", " "), report.DroppedTotal[kind]))
	}
	n.Import = append(n.Import, first(report.Warnings)...)
	return n
}

// first returns the first mostNotes of some notes, and how many more there are.
func first(notes []string) []string {
	if len(notes) <= mostNotes {
		return notes
	}
	return append(slices.Clone(notes[:mostNotes]), fmt.Sprintf("and %d more; roadtwin import tells them all", len(notes)-mostNotes))
}
