package demand

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// WriteList writes trips as Read reads them, by the numbers of their edges; about may be nil.
func WriteList(w io.Writer, trips []traffic.Trip, about []About) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "depart,from,to,class,purpose,route")
	for i := range trips {
		t, purpose := &trips[i], Unknown
		if about != nil {
			purpose = about[i].Purpose
		}
		fmt.Fprintf(out, "%.3f,%s,%s,%v,%v,", t.Depart, placeText(t.From, t.FromPos), placeText(t.To, t.ToPos), t.Class, purpose)
		for k, e := range t.Route {
			if k > 0 {
				out.WriteByte(' ')
			}
			out.WriteString(strconv.Itoa(int(e)))
		}
		out.WriteByte('\n')
	}
	return out.Flush()
}

func placeText(e network.EdgeID, pos float64) string {
	if pos < 0 {
		return fmt.Sprintf("edge/%d@gate", e)
	}
	return fmt.Sprintf("edge/%d@%s", e, strconv.FormatFloat(pos, 'f', -1, 64))
}
