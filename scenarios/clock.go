package scenarios

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// Clock is a time of day in seconds after midnight; files write it "07:30" or "07:30:15". It may run into the next
// day, up to "47:59:59".
type Clock float64

var clockPattern = regexp.MustCompile(`^([0-3]?[0-9]|4[0-7]):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]+)?))?$`)

// ParseClock returns the time that text writes, as "07:30" or "07:30:15".
func ParseClock(text string) (Clock, error) {
	m := clockPattern.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is not a time of day, want hours and minutes as \"07:30\"", text)
	}
	hours, _ := strconv.Atoi(m[1]) // the pattern admits digits only
	minutes, _ := strconv.Atoi(m[2])
	seconds := 0.0
	if m[3] != "" {
		seconds, _ = strconv.ParseFloat(m[3], 64)
	}
	return Clock(float64(hours*3600+minutes*60) + seconds), nil
}

// String returns the time as "07:30", with seconds if there are any.
func (c Clock) String() string {
	whole := int(math.Floor(float64(c)))
	text := fmt.Sprintf("%02d:%02d", whole/3600, whole/60%60)
	rest := float64(c) - float64(whole-whole%60)
	if rest == 0 {
		return text
	}
	seconds := strconv.FormatFloat(rest, 'f', -1, 64)
	if rest < 10 {
		seconds = "0" + seconds
	}
	return text + ":" + seconds
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (c *Clock) UnmarshalYAML(node *yaml.Node) (err error) {
	*c, err = ParseClock(node.Value)
	return err
}

// MarshalYAML implements yaml.Marshaler.
func (c Clock) MarshalYAML() (any, error) { return c.String(), nil }
