package sumonet

import "fmt"

// Report tells what Read made of a file.
type Report struct {
	Source      string         `json:"source"`
	Coordinates string         `json:"coordinates"` // where longitude and latitude come from
	Junctions   int            `json:"junctions"`
	Controllers int            `json:"controllers"`
	Edges       int            `json:"edges"`
	Lanes       int            `json:"lanes"`
	Connectors  int            `json:"connectors"`
	Skipped     map[string]int `json:"skipped"` // what is not in the network, by what it is
	Notes       []string       `json:"notes"`   // what is not as in the file, at most maxNotes
	MoreNotes   int            `json:"more_notes"`
}

// maxNotes bounds Report.Notes.
const maxNotes = 100

func (r *Report) skip(what string) {
	const kinds = 200 // names of elements come from outside
	if _, known := r.Skipped[what]; !known && len(r.Skipped) >= kinds {
		what = "others"
	}
	r.Skipped[what]++
}

func (r *Report) note(format string, args ...any) {
	if len(r.Notes) == maxNotes {
		r.MoreNotes++
		return
	}
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}
