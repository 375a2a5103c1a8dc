package signals

import "testing"

// TestNobodyIsLetGoIntoAFullStreet has four bundles: a turn that leads only to the short street before the stop line of
// the last, which two stages would let go with the main road, into the red there. It must be green with the last as well.
func TestNobodyIsLetGoIntoAFullStreet(t *testing.T) {
	const road, turn, side, next = 0, 1, 2, 3
	for _, needs := range [][]int{nil, {next}} {
		s := &stager{bundles: []bundle{road: {flow: 0.3}, turn: {flow: 0.1, needs: needs}, side: {flow: 0.25}, next: {flow: 0.29}}}
		n := len(s.bundles)
		s.clash = make([]bool, n*n)
		for _, pair := range [][2]int{{road, next}, {road, side}, {turn, side}} {
			s.clash[pair[0]*n+pair[1]], s.clash[pair[1]*n+pair[0]] = true, true
		}
		search := cover{stager: s, left: coverSteps}
		search.from(make([]int, n), nil, 0)
		for b := range s.bundles {
			served := 0
			for _, stage := range search.best {
				for _, m := range stage.members {
					if m == b && s.serves(b, stage.members) {
						served++
					}
				}
			}
			if served == 0 {
				t.Errorf("needs %v: bundle %d gets nowhere in any of %d stages", needs, b, len(search.best))
			}
		}
		if want := 2 + len(needs); len(search.best) != want {
			t.Errorf("needs %v: %d stages, want %d", needs, len(search.best), want)
		}
	}
}
