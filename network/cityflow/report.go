package cityflow

import (
	"fmt"
	"io"
)

// Report says what was read and what was made of it.
type Report struct {
	Intersections int      `json:"intersections"`
	Virtual       int      `json:"virtual"` // of them: the edge of the map
	Signalised    int      `json:"signalised"`
	Roads         int      `json:"roads"`
	Lanes         int      `json:"lanes"`
	LaneLinks     int      `json:"lane_links"`
	Notes         []string `json:"notes"` // what was changed or left out, a line each
}

// WriteText writes the report for a person.
func (r *Report) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "CityFlow: %d intersections (%d signalised, %d at the edge of the map), %d roads, %d lanes, %d lane links\n",
		r.Intersections, r.Signalised, r.Virtual, r.Roads, r.Lanes, r.LaneLinks)
	for _, note := range r.Notes {
		if err == nil {
			_, err = fmt.Fprintln(w, note)
		}
	}
	return err
}

const maxNotes = 200

func (r *Report) note(format string, args ...any) {
	switch {
	case len(r.Notes) < maxNotes:
		r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
	case len(r.Notes) == maxNotes:
		r.Notes = append(r.Notes, "and more")
	}
}
