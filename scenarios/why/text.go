package why

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// WriteText writes the answer for a person.
func (a *Answer) WriteText(w io.Writer) error {
	var b strings.Builder
	b.WriteString(a.summary())
	a.writeFactors(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// summary tells what happened, a line each.
func (a *Answer) summary() string {
	var b strings.Builder
	if a.Struck == nil {
		fmt.Fprintf(&b, "At %s on %s %s left the road at %.1f km/h.\n", clock(a.Time), a.Place, a.Striking.named(), 3.6*a.ClosingSpeed)
	} else {
		fmt.Fprintf(&b, "At %s on %s %s ran into %s at %.1f km/h; it lost %.1f km/h.\n", clock(a.Time), a.Place, a.Striking.named(),
			a.Struck.named(), 3.6*a.ClosingSpeed, 3.6*a.DeltaV)
	}
	for _, v := range a.both() {
		v.writeChain(&b)
	}
	if a.LastMoment != nil {
		fmt.Fprintf(&b, "  Full braking would have prevented it until %.1f s before.\n", *a.LastMoment)
	} else {
		fmt.Fprintf(&b, "  Full braking %.1f s before would not have prevented it.\n", a.Before)
	}
	return b.String()
}

// both returns the vehicles of the crash.
func (a *Answer) both() []*Vehicle {
	if a.Struck == nil {
		return []*Vehicle{&a.Striking}
	}
	return []*Vehicle{&a.Striking, a.Struck}
}

func (v *Vehicle) named() string {
	return fmt.Sprintf("%s %d", strings.ReplaceAll(v.Class, "_", " "), v.Trip)
}

// writeChain tells what is known of a vehicle, in the order of cause and effect.
func (v *Vehicle) writeChain(b *strings.Builder) {
	fmt.Fprintf(b, "  %s: %.1f km/h", v.named(), 3.6*v.Speed)
	if v.RanRed > 0 {
		fmt.Fprintf(b, ", %.1f s after it had passed a red light", v.RanRed)
	}
	if len(v.Faults) > 0 {
		b.WriteString(", not in order (" + strings.Join(v.Faults, ", ") + ")")
	}
	if v.Slid {
		b.WriteString(", sliding after a crash")
	}
	if v.Grip < 0.95 || v.Believed < 0.95 {
		fmt.Fprintf(b, ", on %s %s with %.0f %% of the grip of dry asphalt where its driver believed in %.0f %%",
			strings.ReplaceAll(v.Condition, "_", " "), v.Surface, 100*v.Grip, 100*v.Believed)
	}
	switch {
	case v.Lapse > 0:
		fmt.Fprintf(b, ", its driver looking away (for %.1f s more)", v.Lapse)
	case v.Reacting:
		b.WriteString(", its driver about to act")
	}
	if v.Braking > 0.5 {
		fmt.Fprintf(b, ", braking with %.1f m/s²", v.Braking)
		if want := -v.Pedal; want > v.Braking+0.5 {
			fmt.Fprintf(b, " where %.1f was asked for", math.Min(want, 15))
		}
	}
	b.WriteString(".\n")
}

func (a *Answer) writeFactors(b *strings.Builder) {
	fmt.Fprintf(b, "From %.1f s before the crash on, one thing changed at a time:\n", a.Before)
	if a.nothingPrevents() {
		b.WriteString("  nothing of what was tried would have prevented it.\n")
	}
	for i := range a.Factors {
		fmt.Fprintf(b, "  if %s: %s\n", a.Factors[i].Says, a.Factors[i].verdict())
	}
}

// nothingPrevents reports whether the crash happens whatever is supposed.
func (a *Answer) nothingPrevents() bool {
	return !slices.ContainsFunc(a.Factors, func(f Factor) bool { return f.Prevented })
}

// verdict says what came of f.
func (f *Factor) verdict() string {
	verdict := "all the same"
	switch {
	case f.Prevented && f.Margin > 0:
		verdict = fmt.Sprintf("prevented, by %.1f m", f.Margin)
	case f.Prevented:
		verdict = "prevented"
	case math.Abs(f.Later) >= 0.05 && f.DeltaV > 0:
		verdict = fmt.Sprintf("all the same, %.1f s %s, losing %.1f km/h", math.Abs(f.Later), later(f.Later), 3.6*f.DeltaV)
	case math.Abs(f.Later) >= 0.05:
		verdict = fmt.Sprintf("all the same, %.1f s %s", math.Abs(f.Later), later(f.Later))
	}
	if f.Elsewhere > 0 {
		verdict += "; one of them crashes with somebody else or leaves the road"
	}
	return verdict
}

func later(seconds float64) string {
	if seconds < 0 {
		return "earlier"
	}
	return "later"
}

// clock returns a time of day.
func clock(seconds float64) string {
	s := int(math.Round(seconds * 10))
	return fmt.Sprintf("%02d:%02d:%02d.%d", s/36000, s/600%60, s/10%60, s%10)
}
