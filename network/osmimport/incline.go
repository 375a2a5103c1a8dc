package osmimport

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"roadtwin/network"
)

// maxGradient is the steepest that is believed, rise over run: the steepest street in the world, Baldwin Street in
// Dunedin, has 0.35.
const maxGradient = 0.35

// slope is what a value of incline says.
type slope struct {
	gradient float64 // rise over run
	known    bool    // gradient is a number of the map's
	rise     int8    // +1 up, -1 down, where the map says only that
	repaired bool    // it was no number with a unit
}

var (
	inclineNumber = regexp.MustCompile(`[-+−]?\d+(?:[.,]\d+)?`)
	inclineRatio  = regexp.MustCompile(`^([-+−]?)1\s*[:/]\s*(\d+(?:[.,]\d+)?)$`)
	inclineRange  = regexp.MustCompile(`(\d\s*%?)\s*[-–]\s*(\d)`)
)

// parseIncline reads "5%", "-4.5 %", "3°", "1:12", "up", and with goodwill "up 10%", "<8%", "6-8 %" (the middle) and
// "10" (percent). ok is false if it makes no sense.
func parseIncline(value string) (s slope, ok bool) {
	v := strings.ToLower(strings.TrimSpace(value))
	down := strings.Contains(v, "down")
	up := strings.Contains(v, "up")
	switch {
	case v == "no" || v == "flat" || v == "level":
		return slope{known: true, repaired: true}, true
	case v == "" || up && down:
		return s, false
	}
	if m := inclineRatio.FindStringSubmatch(v); m != nil {
		run, err := inclineFloat(m[2])
		if err != nil || run < 1 {
			return s, false
		}
		return slope{gradient: bound(1 / run * signOf(m[1])), known: true, repaired: true}, true
	}
	numbers := inclineNumber.FindAllString(inclineRange.ReplaceAllString(v, "$1;$2"), -1)
	if len(numbers) == 0 {
		switch {
		case up:
			return slope{rise: 1, repaired: v != "up"}, true
		case down:
			return slope{rise: -1, repaired: v != "down"}, true
		}
		return s, false
	}
	var sum float64
	for _, number := range numbers {
		x, err := inclineFloat(number)
		if err != nil {
			return s, false
		}
		sum += x
	}
	x := sum / float64(len(numbers))
	if down {
		x = -math.Abs(x)
	}
	s.repaired = len(numbers) > 1 || strings.Trim(v, "0123456789.-+ %°") != ""
	return scaleIncline(s, v, x)
}

// scaleIncline applies the unit in v to the number x.
func scaleIncline(s slope, v string, x float64) (slope, bool) {
	switch {
	case strings.Contains(v, "°") || strings.Contains(v, "deg"):
		if math.Abs(x) >= 60 {
			return s, false
		}
		x = math.Tan(x * math.Pi / 180)
	case strings.Contains(v, "‰"):
		x /= 1000
	case strings.Contains(v, "%"):
		x /= 100
	case math.Abs(x) == 1: // an old way to write up and down
		return slope{rise: int8(x), repaired: true}, true
	default:
		x /= 100
		s.repaired = true
	}
	if math.Abs(x) > 1 { // nothing on wheels goes there: a typing error
		return s, false
	}
	s.gradient, s.known = bound(x), true
	return s, true
}

func inclineFloat(s string) (float64, error) {
	return strconv.ParseFloat(strings.NewReplacer(",", ".", "−", "-", "+", "").Replace(s), 64)
}

func signOf(s string) float64 {
	if s == "-" || s == "−" {
		return -1
	}
	return 1
}

// bound returns a gradient as it is kept: at most the steepest that is believed, to 0.01 %.
func bound(gradient float64) float64 {
	return math.Round(min(max(gradient, -maxGradient), maxGradient)*1e4) / 1e4
}

// readIncline reads the gradient of a road from incline, or from incline:forward or incline:backward, which speak of
// it as a driver in that direction sees it.
func (d *draft) readIncline(r *road) {
	for k, key := range []string{"incline", "incline:forward", "incline:backward"} {
		value := r.way.Tags.Find(key)
		if value == "" {
			continue
		}
		s, ok := parseIncline(value)
		if !ok {
			d.report.drop("incline", r.way.ID, key+"="+value+" is no incline")
			continue
		}
		if s.repaired {
			d.report.guess("incline_repaired")
		}
		if k == 2 {
			s.gradient, s.rise = -s.gradient, -s.rise
		}
		r.look.gradient, r.look.rise = s.gradient, s.rise
		if !s.known {
			return
		}
		d.tell(Way, r.way.ID, "gradient %.1f %% from %s=%s", 100*s.gradient, key, value)
		for dir := range r.look.dirs {
			for i := range r.look.dirs[dir].lanes {
				r.look.dirs[dir].lanes[i].Source.Gradient = network.Tagged
			}
		}
		return
	}
}
