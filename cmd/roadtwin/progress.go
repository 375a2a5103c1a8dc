package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress tells how far long work is: a bar on a terminal, and elsewhere a line now and then.
type progress struct {
	w     io.Writer
	what  string
	bar   *progressbar.ProgressBar // nil if w is no terminal
	begun time.Time
	told  time.Time
}

// resolution is what a bar counts to.
const resolution = 1000

// Elsewhere than on a terminal the first line comes after firstLine, the others after nextLine each.
const (
	firstLine = 10 * time.Second
	nextLine  = 30 * time.Second
)

// newProgress begins to tell about what on w.
func newProgress(w io.Writer, what string) *progress {
	p := &progress{w: w, what: what, begun: time.Now()}
	p.told = p.begun.Add(firstLine - nextLine)
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions(resolution,
			progressbar.OptionSetWriter(w),
			progressbar.OptionSetDescription(what),
			progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionShowElapsedTimeOnFinish(),
		)
	}
	return p
}

// at tells that the work is done up to share (0 to 1); note is added to what is shown.
func (p *progress) at(share float64, note string) {
	share = min(max(share, 0), 1)
	if note != "" {
		note = ", " + note
	}
	if p.bar != nil {
		p.bar.Describe(p.what + note)
		_ = p.bar.Set(int(share * resolution)) // a terminal that went away is no reason to stop
		return
	}
	if now := time.Now(); now.Sub(p.told) >= nextLine {
		p.told = now
		fmt.Fprintf(p.w, "%s: %.0f %%%s, %s so far\n", p.what, 100*share, note, now.Sub(p.begun).Round(time.Second))
	}
}

// tell writes a line of its own.
func (p *progress) tell(line string) {
	if p.bar != nil {
		_ = p.bar.Clear() // as in at
	}
	fmt.Fprintln(p.w, line)
}

// end leaves the line of a bar.
func (p *progress) end() {
	if p.bar != nil {
		fmt.Fprintln(p.w)
	}
}
