package extract

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseBBox reads "west,south,east,north" in degrees, as in "-75.56,39.73,-75.53,39.76". A box may not cross the
// antimeridian and must have an area.
func ParseBBox(s string) (BBox, error) {
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return BBox{}, fmt.Errorf("box %q: %d numbers, want 4: west,south,east,north in degrees", s, len(parts))
	}
	var v [4]float64
	for i, part := range parts {
		var err error
		if v[i], err = strconv.ParseFloat(strings.TrimSpace(part), 64); err != nil {
			return BBox{}, fmt.Errorf("box %q: %q is not a number, want west,south,east,north in degrees", s, part)
		}
	}
	b := BBox{West: v[0], South: v[1], East: v[2], North: v[3]}
	if err := b.check(); err != nil {
		return BBox{}, fmt.Errorf("box %q: %w", s, err)
	}
	return b, nil
}

// String returns the box in the form that ParseBBox reads.
func (b BBox) String() string {
	return fmt.Sprintf("%g,%g,%g,%g", b.West, b.South, b.East, b.North)
}

// Contains reports whether the point is in the box or on its border. Both are in degrees.
func (b BBox) Contains(lon, lat float64) bool {
	return lon >= b.West && lon <= b.East && lat >= b.South && lat <= b.North
}

func (b BBox) check() error {
	switch {
	case !validLon(b.West) || !validLon(b.East):
		return fmt.Errorf("west %g, east %g: want -180 to 180", b.West, b.East)
	case !validLat(b.South) || !validLat(b.North):
		return fmt.Errorf("south %g, north %g: want -90 to 90", b.South, b.North)
	case b.West >= b.East:
		return fmt.Errorf("west %g is not less than east %g: want west,south,east,north", b.West, b.East)
	case b.South >= b.North:
		return fmt.Errorf("south %g is not less than north %g: want west,south,east,north", b.South, b.North)
	}
	return nil
}

// validLon and validLat are written so that NaN fails them.
func validLon(lon float64) bool { return lon >= -180 && lon <= 180 }
func validLat(lat float64) bool { return lat >= -90 && lat <= 90 }
