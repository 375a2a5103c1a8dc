package sumonet

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Write writes programs, when they run and their detectors as an additional file (.add.xml). Of several programs of the same signals
// SUMO runs the last.
func (s *Signals) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	out.WriteString(xml.Header + "<additional>\n")
	for _, id := range slices.Sorted(maps.Keys(s.Detectors)) {
		d := s.Detectors[id]
		kind, file := "inductionLoop", ` period="3600" file="NUL"`
		if d.Area {
			kind = "laneAreaDetector"
		}
		fmt.Fprintf(out, `    <%s id="%s" lane="%s" pos="%s"`, kind, escape(d.ID), escape(d.Lane), exact(d.Position))
		if d.Area && !math.IsNaN(d.ToPosition) {
			fmt.Fprintf(out, ` endPos="%s"`, exact(d.ToPosition))
		} else if d.Length > 0 {
			fmt.Fprintf(out, ` length="%s"`, exact(d.Length))
		}
		out.WriteString(file + "/>\n")
	}
	for i := range s.Logics {
		s.Logics[i].write(out)
	}
	for i := range s.WAUTs {
		s.WAUTs[i].write(out)
	}
	out.WriteString("</additional>\n")
	return out.Flush()
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}

func (l *Logic) write(w *bufio.Writer) {
	fmt.Fprintf(w, `    <tlLogic id="%s" type="%s" programID="%s" offset="%s">`+"\n", escape(l.Signals), escape(l.Kind), escape(l.ID), seconds(l.Offset))
	for _, key := range slices.Sorted(maps.Keys(l.Params)) {
		fmt.Fprintf(w, `        <param key="%s" value="%s"/>`+"\n", escape(key), escape(l.Params[key]))
	}
	for i := range l.Phases {
		p := &l.Phases[i]
		fmt.Fprintf(w, `        <phase duration="%s"`, seconds(p.Duration))
		for _, v := range []struct {
			name  string
			value float64
		}{
			{"minDur", p.Min},
			{"maxDur", p.Max},
			{"earliestEnd", p.EarliestEnd},
			{"latestEnd", p.LatestEnd},
			{"vehext", p.Extension},
			{"yellow", p.Yellow},
			{"red", p.Red},
		} {
			if !math.IsNaN(v.value) {
				fmt.Fprintf(w, ` %s="%s"`, v.name, seconds(v.value))
			}
		}
		if p.Name != "" {
			fmt.Fprintf(w, ` name="%s"`, escape(p.Name))
		}
		if len(p.Next) > 0 {
			words := make([]string, len(p.Next))
			for k, n := range p.Next {
				words[k] = strconv.Itoa(n)
			}
			fmt.Fprintf(w, ` next="%s"`, strings.Join(words, " "))
		}
		fmt.Fprintf(w, ` state="%s"/>`+"\n", p.State)
	}
	w.WriteString("    </tlLogic>\n")
}

func (u *WAUT) write(w *bufio.Writer) {
	fmt.Fprintf(w, `    <WAUT id="%s" refTime="%s" startProg="%s"`, escape(u.ID), seconds(u.Reference), escape(u.Start))
	if u.Period > 0 {
		fmt.Fprintf(w, ` period="%s"`, seconds(u.Period))
	}
	w.WriteString(">\n")
	for _, s := range u.Switches {
		fmt.Fprintf(w, `        <wautSwitch time="%s" to="%s"/>`+"\n", seconds(s.Time), escape(s.To))
	}
	w.WriteString("    </WAUT>\n")
	for _, id := range u.Signals {
		fmt.Fprintf(w, `    <wautJunction wautID="%s" junctionID="%s"/>`+"\n", escape(u.ID), escape(id))
	}
}
