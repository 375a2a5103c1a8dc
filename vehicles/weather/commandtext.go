package weather

import (
	"fmt"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// Text returns c as one line of words that ParseCommand reads back to the same: "set_sky rain=4 wind=2.5", "resume rain", "fix
// ice", "free", "spill 17 10 30 25200 +Inf packed_snow" (track, from, to, begin, until, condition), "clear 12", "wipe".
func (c *Command) Text() string {
	var b strings.Builder
	b.WriteString(c.Kind.String())
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	switch c.Kind {
	case SetSky, Resume:
		for i := range fields {
			f := &fields[i]
			if c.Set&f.bit == 0 {
				continue
			}
			b.WriteString(" " + f.name)
			if c.Kind == SetSky {
				b.WriteString("=" + number(*f.of(&c.Sky)))
			}
		}
	case Fix:
		b.WriteString(" " + c.Condition.String())
	case AddSpill:
		p := &c.Spill
		fmt.Fprintf(&b, " %d %s %s %s %s %v", p.Track, number(p.From), number(p.To), number(p.Begin), number(p.Until), p.Condition)
	case Clear:
		fmt.Fprintf(&b, " %d", c.Edge)
	}
	return b.String()
}

// ParseCommand returns the command of a text, or an error that says which word of it is not understood. Whether the command
// makes sense on a network is for Check.
func ParseCommand(text string) (c Command, err error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return c, fmt.Errorf("weather: an empty command")
	}
	for c.Kind = 0; c.Kind < numCommandKinds && commandNames[c.Kind] != words[0]; {
		c.Kind++
	}
	words = words[1:]
	switch c.Kind {
	case SetSky, Resume:
		for _, word := range words {
			if err = c.parseField(word); err != nil {
				return Command{}, err
			}
		}
		return c, nil
	case Fix:
		if len(words) == 1 {
			c.Condition, err = parseCondition(words[0])
			return c, err
		}
	case Free, Wipe:
		if len(words) == 0 {
			return c, nil
		}
	case AddSpill:
		if len(words) == 6 {
			c.Spill, err = parseSpill(words)
			return c, err
		}
	case Clear:
		if len(words) == 1 {
			edge, err := strconv.ParseInt(words[0], 10, 32)
			c.Edge = network.EdgeID(edge)
			return c, err
		}
	}
	return Command{}, fmt.Errorf("weather: command %q is not understood", shorten(text))
}

// parseField adds a field of the sky, "rain=4", or only its name.
func (c *Command) parseField(word string) (err error) {
	name, value, given := strings.Cut(word, "=")
	for i := range fields {
		f := &fields[i]
		if f.name != name || given != (c.Kind == SetSky) {
			continue
		}
		c.Set |= f.bit
		if given {
			*f.of(&c.Sky), err = strconv.ParseFloat(value, 64)
		}
		return err
	}
	return fmt.Errorf("weather: field %q of a command is not understood", shorten(word))
}

func parseCondition(name string) (tyre.Condition, error) {
	c, ok := tyre.ParseCondition(name)
	if !ok {
		return 0, fmt.Errorf("weather: unknown road condition %q", shorten(name))
	}
	return c, nil
}

func parseSpill(words []string) (p Spill, err error) {
	track, err := strconv.ParseInt(words[0], 10, 32)
	if err != nil {
		return p, err
	}
	p.Track = network.TrackID(track)
	for i, to := range []*float64{&p.From, &p.To, &p.Begin, &p.Until} {
		if *to, err = strconv.ParseFloat(words[1+i], 64); err != nil {
			return p, err
		}
	}
	p.Condition, err = parseCondition(words[5])
	return p, err
}
